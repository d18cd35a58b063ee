import { invalidField } from '../../kit/errors/service-error.ts';

/**
 * The parameters of a query string, decoded strictly.
 * @throws ServiceError `invalid-request` for a parameter given twice, or bytes that are not UTF-8
 */
export function parseQuery(url: string): Readonly<Record<string, string>> {
  const start = url.indexOf('?');
  const parameters = new Map<string, string>();
  for (const pair of start === -1 ? [] : url.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const [name = '', ...value] = pair.split('=');
    const key = decode(name, name);
    if (parameters.has(key)) throw invalidField(key, 'given twice; give it once');
    parameters.set(key, decode(value.join('='), key));
  }
  return Object.fromEntries(parameters);
}

/** @param field name of the parameter, for the error */
function decode(text: string, field: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidField(field, 'not percent-encoded UTF-8');
  }
}
