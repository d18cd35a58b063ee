/** Parses JSON that the dashboard itself wrote to its store. Records were checked when they arrived. */
export function parseOwnJson<T>(text: string): T {
  return JSON.parse(text) as T;
}
