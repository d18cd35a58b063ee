interface Location {
  readonly kind: 'exact' | 'expression' | 'prefix';
  readonly match: string;
  readonly lines: readonly string[];
}

/** The result of nginx's own routing: the name of a route, or the status with which nginx answers. */
export type NginxDecision = { readonly route: string } | { readonly status: number };

/**
 * Routes a request as nginx 1.22 routes it with the configuration: normalizes the target, selects a location, and runs
 * the conditions of the location.
 * @see https://nginx.org/en/docs/http/ngx_http_core_module.html#location
 */
export function routeAsNginx(
  config: string,
  { method, target }: { readonly method: string; readonly target: string },
): NginxDecision {
  const path = decodedPath(target);
  if (path === undefined) return { status: 400 };
  const location = selectLocation(locationsOf(config), path);
  if (!location || location.lines.includes('internal;')) return { status: 404 };
  const isAmbiguous = new RegExp(expressionIn(config, 'map $request_uri $is_ambiguous_target'), 'i').test(
    target,
  );
  for (const line of location.lines) {
    const [, test, action = ''] = /^if \((.*)\) \{ (.*); \}$/.exec(line) ?? [];
    if (test === undefined) {
      const status = /^return (\d+);$/.exec(line)?.[1];
      if (status) return { status: Number(status) };
      continue;
    }
    if (!holds(test, method, isAmbiguous)) continue;
    const route = /^rewrite \^ \/:route\/\S+\/(\S+) last$/.exec(action)?.[1];
    if (route) return { route };
    return { status: Number(/^return (\d+)$/.exec(action)?.[1] ?? 204) };
  }
  throw new Error(`the location ${location.match} has no decision for ${method}`);
}

function holds(test: string, method: string, isAmbiguous: boolean): boolean {
  if (test === '$is_ambiguous_target') return isAmbiguous;
  const [, operator, value = ''] = /^\$request_method (=|~) "?([^"]*)"?$/.exec(test) ?? [];
  if (operator === '=') return method === value;
  if (operator === '~') return toExpression(value).test(method);
  throw new Error(`the condition ${test} is not part of the model`);
}

function locationsOf(config: string): readonly Location[] {
  const blocks = config.matchAll(/^ {8}location (=|~)? ?(\S+) \{\n([\s\S]*?)^ {8}\}/gm);
  return [...blocks].map(([, modifier, match = '', text = '']) => ({
    kind: modifier === '=' ? 'exact' : modifier === '~' ? 'expression' : 'prefix',
    match,
    lines: text.split('\n').map((line) => line.trim()),
  }));
}

function selectLocation(locations: readonly Location[], path: string): Location | undefined {
  return (
    locations.find(({ kind, match }) => kind === 'exact' && match === path) ??
    locations.find(
      ({ kind, match }) => kind === 'expression' && toExpression(match.slice(1, -1)).test(path),
    ) ??
    locations.find(({ kind, match }) => kind === 'prefix' && path.startsWith(match))
  );
}

function expressionIn(config: string, head: string): string {
  const text = config.slice(config.indexOf(head));
  return unescaped(/"~\*(.*)" 1;/.exec(text)?.[1] ?? '');
}

/** Converts the text of a quoted PCRE expression. */
function toExpression(text: string): RegExp {
  return new RegExp(unescaped(text).replaceAll('\\z', '(?![\\s\\S])'));
}

function unescaped(text: string): string {
  return text.replaceAll('\\\\', '\\');
}

/** Returns `$uri` with `merge_slashes off`, or undefined for a target that nginx refuses. */
export function decodedPath(target: string): string | undefined {
  const [raw = ''] = target.split(/[?#]/);
  if (/%(?![0-9A-Fa-f]{2})|%00/.test(raw)) return undefined;
  const decoded = raw.replaceAll(/%(..)/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  const output: string[] = [];
  const segments = decoded.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    if (segment !== '.' && segment !== '..') {
      output.push(segment);
      continue;
    }
    if (segment === '..' && output.pop() === undefined) return undefined;
    if (index === segments.length - 1) output.push('');
  }
  return `/${output.join('/')}`;
}
