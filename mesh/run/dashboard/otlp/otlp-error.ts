/** A request body is not OTLP/JSON. The message names the field, its value and the fix. */
export class OtlpError extends Error {
  override readonly name = 'OtlpError';
}

/** Longest excerpt of a value in a message, in characters. */
const MAX_EXCERPT_LENGTH = 60;

/** Returns a value for a message, cut to a readable length. */
export function excerptOf(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = jsonOf(value);
  return text.length > MAX_EXCERPT_LENGTH ? `${text.slice(0, MAX_EXCERPT_LENGTH)}...` : text;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.stringify is recursive and overflows the stack for a deeply nested value. JSON.parse does not.
    return 'nested too deeply';
  }
}
