import { serviceError, type Violation } from '../../kit/service-error.ts';

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
    const key = decode(name);
    if (parameters.has(key)) throw invalid({ field: key, description: 'given twice; give it once' });
    parameters.set(key, decode(value.join('=')));
  }
  return Object.fromEntries(parameters);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalid({ field: 'query', description: 'not percent-encoded UTF-8' });
  }
}

function invalid(violation: Violation) {
  return serviceError('invalid-request', { violations: [violation] });
}
