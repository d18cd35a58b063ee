import { createHash } from 'node:crypto';
import { DRAWINGS, type DrawingName } from './drawings.ts';
import { PALETTES } from './palettes.ts';

/** Changes when the drawings change, because browsers keep a picture for a year. */
const VERSION = 1;

/** Words in the name of a product, and the drawing that shows it. The first match applies. */
const SUBJECTS: readonly (readonly [words: RegExp, drawing: DrawingName])[] = [
  [/dripper|pour-over/, 'dripper'],
  [/grinder|mill/, 'grinder'],
  [/kettle|teapot/, 'kettle'],
  [/bean|roast/, 'beans'],
  [/cup|mug/, 'cups'],
  [/knife|knives/, 'knife'],
  [/board/, 'board'],
  [/\bpan\b|skillet/, 'pan'],
  [/basket/, 'basket'],
  [/scale/, 'scale'],
  [/wrap/, 'wraps'],
  [/light/, 'bikeLight'],
  [/lamp/, 'lamp'],
  [/blanket|scarf|throw/, 'blanket'],
  [/pillow|cushion/, 'pillow'],
  [/bed|sheet/, 'bed'],
  [/towel|napkin|cloth/, 'towel'],
  [/water(?:ing)? can|watering/, 'wateringCan'],
  [/plant|flower/, 'plant'],
  [/\bpot\b|casserole/, 'pot'],
  [/note|book|diary/, 'notebook'],
  [/\bpen\b|pencil/, 'pen'],
  [/\bink\b/, 'ink'],
  [/backpack|bag/, 'backpack'],
  [/bottle|flask/, 'bottle'],
  [/bell/, 'bell'],
  [/\b(?:kit|tin|tool)\b/, 'tin'],
];

/** Drawings of products with any other name. */
const OTHERS: readonly DrawingName[] = ['vase', 'bowl', 'box', 'candle'];

/** Returns the path of the picture of a product. It depends on the product's id and name only. */
export function picturePath({ id, name }: { readonly id: string; readonly name: string }): string {
  const hash = createHash('sha256').update(id.toLowerCase()).digest();
  const lowerCaseName = name.toLowerCase();
  const subject = SUBJECTS.find(([words]) => words.test(lowerCaseName))?.[1];
  const drawing = subject ?? OTHERS[hash.readUInt8(1) % OTHERS.length] ?? 'box';
  return `/pictures/${drawing}-${hash.readUInt8(0) % PALETTES.length}-${VERSION}.svg`;
}

/** Draws the picture of a path below `/pictures/`; undefined for a path that no product has. */
export function drawPicture(fileName: string): string | undefined {
  const [, drawing = '', palette] = /^(\w+)-(\d)-(\d+)\.svg$/.exec(fileName) ?? [];
  const colors = PALETTES[Number(palette)];
  if (!colors || !isDrawing(drawing) || !fileName.endsWith(`-${VERSION}.svg`)) return undefined;
  const { wall, table } = colors;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><defs><linearGradient id="w" x2="0" y2="1"><stop stop-color="#fff" stop-opacity=".55"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></linearGradient><linearGradient id="s" x2="1"><stop stop-color="#fff" stop-opacity=".35"/><stop offset=".45" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".22"/></linearGradient><radialGradient id="h"><stop stop-color="#000" stop-opacity=".28"/><stop offset="1" stop-color="#000" stop-opacity="0"/></radialGradient></defs><path fill="${wall}" d="M0 0h400v300H0z"/><circle cx="200" cy="128" r="118" fill="url(#w)"/><path fill="${table}" d="M0 218h400v82H0z"/><path fill="url(#w)" opacity=".35" d="M0 218h400v82H0z"/>${DRAWINGS[drawing](colors)}</svg>`;
}

function isDrawing(name: string): name is DrawingName {
  return Object.hasOwn(DRAWINGS, name);
}
