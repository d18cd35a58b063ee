const BASE = 'http://own.invalid';

/**
 * Returns a path of this site to which a browser may be sent after signing in; `/` for any other text, so that a link
 * cannot lead to another site.
 */
export function safeReturnPath(path: string | undefined): string {
  // A browser reads `//host` and `/\host` as another site, and ignores tabs and line breaks.
  if (!path || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path) || !URL.canParse(path, BASE)) return '/';
  const { origin, pathname, search } = new URL(path, BASE);
  return origin === BASE && !pathname.startsWith('//') ? pathname + search : '/';
}

/** Returns the path of the sign-in page that leads back to `path`. */
export function signInPath(path: string): string {
  const target = safeReturnPath(path);
  return target === '/' ? '/sign-in' : `/sign-in?return=${encodeURIComponent(target)}`;
}
