/** A request body is not OTLP/JSON. The message names the field, its value and the fix. */
export class OtlpError extends Error {
  override readonly name = 'OtlpError';
}

/** Longest excerpt of a value in a message, in characters. */
const MAX_EXCERPT_LENGTH = 60;

/** Returns a value for a message, cut to a readable length. */
export function excerptOf(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_EXCERPT_LENGTH ? `${text.slice(0, MAX_EXCERPT_LENGTH)}...` : text;
}
