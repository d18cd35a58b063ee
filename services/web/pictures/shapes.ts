/** Returns the shadow of a thing on the table. */
export function shadow(x: number, radius: number, y = 242): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${radius}" ry="${Math.round(radius * 0.13)}" fill="url(#h)"/>`;
}

/** Returns a body of one color, with light from the left. */
export function solid(path: string, color: string): string {
  return `<path fill="${color}" d="${path}"/><path fill="url(#s)" d="${path}"/>`;
}

/** Returns a line with round ends. */
export function stroke(path: string, color: string, width: number): string {
  return `<path fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" d="${path}"/>`;
}

/** Returns an ellipse of one color. */
export function ellipse(x: number, y: number, rx: number, ry: number, color: string): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${color}"/>`;
}

/** Colors of materials. */
export const STEEL = '#b9bfc4';
export const DARK_STEEL = '#6d767d';
export const WOOD = '#b98552';
export const DARK_WOOD = '#8a5c33';
export const CREAM = '#f7f1e6';
export const IRON = '#3a3836';
export const BRASS = '#cfa14a';
