import { HOME_DRAWINGS } from './home-drawings.ts';
import { KITCHEN_DRAWINGS } from './kitchen-drawings.ts';
import type { Palette } from './palettes.ts';
import { WORK_DRAWINGS } from './work-drawings.ts';

/**
 * Drawings of products in a box of 400 by 300. The table begins at 218, and things stand at about 240. Gradient `s` is
 * the light from the left, `h` a shadow.
 */
export const DRAWINGS = {
  ...KITCHEN_DRAWINGS,
  ...HOME_DRAWINGS,
  ...WORK_DRAWINGS,
} as const satisfies Readonly<Record<string, (colors: Palette) => string>>;

export type DrawingName = keyof typeof DRAWINGS;
