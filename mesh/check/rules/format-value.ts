const LONGEST = 80;

/** A value as a message shows it: JSON, cut when it is long. */
export function formatValue(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}...` : json;
}
