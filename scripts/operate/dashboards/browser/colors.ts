/** Number of colors of series, which the style sheet declares as `--series-0` and so on. */
const COLORS = 10;

/** Returns the color of a series in the current theme. Series beyond the colors repeat them. */
export function seriesColor(index: number): string {
  return colorOf(`series-${index % COLORS}`);
}

/** Returns a color of the style sheet in the current theme. */
export function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
