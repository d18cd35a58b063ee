/** Number of colors that the style sheet declares as `--series-0` and so on. */
export const SERIES_COLORS = 10;

const colors = new Map<string, number>();

/** Returns the number of the color of a service, the same on all views. Services beyond the colors repeat them. */
export function serviceColorIndex(service: string): number {
  const index = colors.get(service) ?? colors.size;
  colors.set(service, index);
  return index % SERIES_COLORS;
}
