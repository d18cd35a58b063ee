const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/**
 * Returns whether the header `Host` of a request names this machine. Requests for other hosts may come from a page that
 * rebinds its name to loopback.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return LOOPBACK.test(host ?? '');
}
