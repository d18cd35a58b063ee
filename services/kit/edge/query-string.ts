import { invalidField } from '../errors/service-error.ts';

/**
 * Parses the parameters of a query string strictly.
 * @throws ServiceError `invalid-request` for a repeated parameter, or malformed UTF-8
 */
export function parseQuery(url: string): Readonly<Record<string, string>> {
  const start = url.indexOf('?');
  const parameters = new Map<string, string>();
  for (const pair of start === -1 ? [] : url.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=');
    const key = decode(name, name);
    if (parameters.has(key)) throw invalidField(key, 'must not be repeated; send it once');
    parameters.set(key, decode(value.join('='), key));
  }
  return Object.fromEntries(parameters);
}

/**
 * Decodes percent-encoding and `+`.
 * @param field name of the parameter, for the error
 * @throws ServiceError `invalid-request` for malformed percent-encoding or UTF-8
 */
function decode(text: string, field: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidField(field, 'not percent-encoded UTF-8');
  }
}
