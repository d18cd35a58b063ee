const MAX_VALUE_LENGTH = 80;

/** Formats a value for a message: JSON, truncated to 80 characters. */
export function formatValue(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > MAX_VALUE_LENGTH ? `${json.slice(0, MAX_VALUE_LENGTH)}...` : json;
}
