import { serviceError } from '../errors/service-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON.
 * @param at position in the body for the message, such as ` in line 3`
 * @throws ServiceError `malformed-body` when `bytes` are not UTF-8 or not JSON
 */
export function parseJson(bytes: Uint8Array, at = ''): unknown {
  const text = decode(bytes, at);
  try {
    return JSON.parse(text);
  } catch {
    throw serviceError('malformed-body', { metadata: { problem: `it is not JSON${at}` } });
  }
}

/** Refuses malformed UTF-8, which a lenient decoder would replace by U+FFFD. */
function decode(bytes: Uint8Array, at: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw serviceError('malformed-body', { metadata: { problem: `it is not UTF-8${at}` } });
  }
}
