/** Returns a text with its first letter in upper case, for titles and sentences that begin with a name. */
export function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
