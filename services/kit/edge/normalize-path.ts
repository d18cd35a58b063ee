import type { ExchangeHandler } from './exchange.ts';

/** Matches every path that normalization changes, and some others. */
const SUSPECT = /%|\\|\/\./;

/**
 * Normalizes the path of a request target as Envoy's `normalize_path` does, so that a service and the mesh compare the
 * same path: percent-encoded unreserved characters are decoded, backslashes become slashes, and dot segments are removed
 * (RFC 3986, 6.2.2). Dot segments may have parameters: `..;a`. Repeated slashes and `%2F` stay as they are.
 *
 * @param url path with an optional query, which is not changed
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto
 */
export function normalizePath(url: string): string {
  if (!SUSPECT.test(url)) return url;
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  return removeDotSegments(decodeUnreserved(path).replaceAll('\\', '/')) + url.slice(path.length);
}

/** Normalizes the path of each request. */
export const normalizePaths: ExchangeHandler = (request, _response, next) => {
  request.url = normalizePath(request.url);
  next();
};

/** Decodes letters, digits, `-`, `.`, `_` and `~` (RFC 3986, 2.3). */
function decodeUnreserved(path: string): string {
  return path.replaceAll(/%[0-9A-Fa-f]{2}/g, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded;
  });
}

function removeDotSegments(path: string): string {
  const output: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    const [name] = segment.split(';');
    if (name !== '.' && name !== '..') {
      output.push(segment);
      continue;
    }
    if (name === '..') output.pop();
    // A dot segment at the end leaves the slash before it.
    if (isLast) output.push('');
  }
  return `/${output.join('/')}`;
}
