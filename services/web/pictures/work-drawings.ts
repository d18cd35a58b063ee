import type { Palette } from './palettes.ts';
import { BRASS, CREAM, DARK_STEEL, ellipse, IRON, STEEL, shadow, solid, stroke } from './shapes.ts';

/** Drawings of things for the desk and for the way. */
export const WORK_DRAWINGS = {
  notebook({ main, dark, light, accent }: Palette): string {
    return `<g transform="rotate(-7 200 160)">${shadow(206, 96, 250)}<path fill="${CREAM}" d="M132 60h148v186H132z"/>${solid('M124 54h144q8 0 8 8v176q0 8-8 8H124z', main)}<path fill="${dark}" d="M112 54h18v192h-18q-6 0-6-6V60q0-6 6-6z"/><path fill="${accent}" d="M246 54h9v192h-9z"/><rect x="150" y="90" width="76" height="42" rx="4" fill="${light}"/>${stroke('M162 104h52M170 118h36', dark, 3)}<path fill="${accent}" d="M176 246h10v22l-5-6-5 6z"/></g>`;
  },
  pen({ main, dark, light }: Palette): string {
    return `<path fill="${CREAM}" d="M78 214l196-70 66 84-204 36z"/>${stroke('M128 228l150-48M142 240l148-42', light, 2)}<g transform="rotate(-32 200 160)">${shadow(206, 130, 178)}${solid('M96 144h150v26H96q-10-13 0-26z', main)}${solid('M246 146h60q12 2 12 11t-12 11h-60z', dark)}<path fill="${BRASS}" d="M242 143h8v28h-8z"/><path fill="${STEEL}" d="M96 146L44 157l52 11q-8-11 0-22z"/>${stroke('M46 157h40', DARK_STEEL, 2)}${stroke('M150 142h64', BRASS, 5)}<path fill="#fff" fill-opacity=".35" d="M104 147h138v5H104z"/></g>`;
  },
  ink({ main, dark, light }: Palette): string {
    return `${shadow(200, 88)}${solid('M172 86h56q6 0 6 6v36h-68V92q0-6 6-6z', IRON)}${stroke('M176 96v24M188 96v24M200 96v24M212 96v24M224 96v24', '#5c5955', 3)}<path fill="#fff" fill-opacity=".5" d="M158 128h84q38 10 38 40v56q0 18-18 18H138q-18 0-18-18v-56q0-30 38-40z"/><path fill="${main}" d="M126 178h148v46q0 12-12 12H138q-12 0-12-12z"/><path fill="url(#s)" d="M126 178h148v46q0 12-12 12H138q-12 0-12-12z"/>${ellipse(200, 178, 74, 8, dark)}<rect x="158" y="190" width="84" height="34" rx="4" fill="${CREAM}"/>${stroke('M170 202h60M180 213h40', light, 3)}`;
  },
  backpack({ main, dark, light, accent }: Palette): string {
    return `${shadow(200, 94)}${stroke('M170 70c0-40 60-40 60 0', dark, 9)}${stroke('M122 128c-24 30-22 70-10 96M278 128c24 30 22 70 10 96', dark, 11)}${solid('M124 122q0-60 76-60t76 60v102q0 18-18 18H142q-18 0-18-18z', main)}${solid('M124 124q0-62 76-62t76 62q-76 34-152 0z', dark)}${solid('M140 172h120v54q0 10-10 10H150q-10 0-10-10z', light)}<path fill="${accent}" d="M162 128h12v58h-12zM226 128h12v58h-12z"/><path fill="${BRASS}" d="M160 174h16v12h-16zM224 174h16v12h-16z"/>`;
  },
  bottle({ main, dark, light }: Palette): string {
    return `${shadow(200, 58)}${solid('M182 38h36q4 0 4 4v26h-44V42q0-4 4-4z', IRON)}${stroke('M184 50h32', '#6b6865', 4)}${solid('M176 66h48v14q22 10 22 36v112q0 14-14 14h-64q-14 0-14-14V116q0-26 22-36z', main)}<path fill="${STEEL}" d="M154 214h92v12h-92z"/><path fill="url(#s)" d="M154 214h92v12h-92z"/><path fill="#fff" fill-opacity=".3" d="M168 114h12v94h-12z"/>${ellipse(208, 156, 18, 18, light)}${stroke('M200 158l6 6 12-14', dark, 4)}`;
  },
  bell({ main, light }: Palette): string {
    return `${shadow(200, 92)}${stroke('M70 226q130-22 260 0', IRON, 17)}${solid('M180 196h40l8 24h-56z', DARK_STEEL)}${solid('M112 194q4-96 88-96t88 96z', BRASS)}<path fill="#fff" fill-opacity=".4" d="M140 168q10-46 44-56-26 22-30 56z"/>${ellipse(200, 194, 88, 12, '#a97e2f')}${ellipse(200, 96, 10, 9, '#a97e2f')}${stroke('M276 206l44-18', main, 9)}${ellipse(322, 187, 9, 9, light)}`;
  },
  bikeLight({ main, dark }: Palette): string {
    return `<path fill="#fff6cf" fill-opacity=".8" d="M128 130L20 76v150l108-36z"/>${shadow(214, 84)}${solid('M128 120h122q28 0 28 38t-28 38H128z', IRON)}${ellipse(128, 158, 22, 40, '#6b6865')}${ellipse(126, 158, 17, 33, '#fffbe6')}${ellipse(126, 158, 8, 17, '#ffe58a')}<path fill="${main}" d="M206 120h20v76h-20z"/>${ellipse(246, 142, 8, 5, dark)}${solid('M178 196h44v18h-44z', DARK_STEEL)}${stroke('M150 226q50-26 100 0', IRON, 15)}`;
  },
} as const;
