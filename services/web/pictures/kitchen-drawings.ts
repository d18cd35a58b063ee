import type { Palette } from './palettes.ts';
import { CREAM, DARK_STEEL, DARK_WOOD, ellipse, IRON, STEEL, shadow, solid, stroke, WOOD } from './shapes.ts';

/** Drawings of things for the kitchen. */
export const KITCHEN_DRAWINGS = {
  cups({ main, dark, light, accent }: Palette): string {
    const cup = (x: number, y: number, color: string, rim: string) =>
      `${stroke(`M${x + 38} ${y + 14}c26-4 26 34-4 32`, color, 8)}${solid(`M${x - 42} ${y}h84c0 42-10 62-42 62s-42-20-42-62z`, color)}${ellipse(x, y, 42, 9, rim)}${ellipse(x, y + 1, 35, 6.5, '#4a2c1c')}`;
    return `${shadow(150, 72)}${shadow(262, 66)}${ellipse(150, 240, 66, 9, light)}${cup(150, 176, main, light)}${cup(150, 116, light, CREAM)}${ellipse(264, 241, 60, 8, CREAM)}${cup(264, 178, accent, dark)}`;
  },
  dripper({ main, light }: Palette): string {
    return `${shadow(200, 92)}${stroke('M250 176c34-6 36 44-2 46', '#dfe6e8', 7)}<path fill="#fff" fill-opacity=".55" d="M150 158h100l14 66q-4 18-64 18t-64-18z"/><path fill="#5b3420" fill-opacity=".85" d="M142 196h116l6 28q-4 18-64 18t-64-18z"/>${ellipse(200, 196, 58, 8, '#7a4b30')}${solid('M148 146h104l-8 14h-88z', light)}${stroke('M252 96c34-4 34 40-14 36', main, 8)}${solid('M134 78h132l-40 68h-52z', main)}${ellipse(200, 78, 66, 12, light)}${ellipse(200, 79, 57, 9, CREAM)}${ellipse(200, 81, 40, 5, '#5b3420')}`;
  },
  grinder({ main, dark, light }: Palette): string {
    return `${shadow(200, 66)}${stroke('M200 84h66l14-12', DARK_STEEL, 7)}${ellipse(283, 66, 14, 14, WOOD)}${solid('M188 66h24v26h-24z', STEEL)}${solid('M158 92q42-16 84 0v54h-84z', STEEL)}${solid('M152 144h96l-6 92q-42 12-84 0z', main)}${stroke('M156 160h88M155 174h90', dark, 3)}${ellipse(200, 93, 42, 8, light)}${ellipse(200, 92, 30, 5, DARK_STEEL)}`;
  },
  kettle({ main, dark, light }: Palette): string {
    return `${shadow(196, 98)}${stroke('M134 196c-52 4-40-74-78-84', STEEL, 11)}${stroke('M254 132c62-24 66 74 4 82', dark, 11)}${solid('M142 124h108l22 100q-4 18-76 18t-76-18z', main)}${ellipse(196, 125, 54, 10, light)}${solid('M158 122q38-26 76 0z', STEEL)}${ellipse(196, 104, 10, 9, dark)}<path fill="#fff" fill-opacity=".28" d="M150 140h14l-10 86h-16z"/>`;
  },
  beans({ main, dark, light, accent }: Palette): string {
    const bean = (x: number, y: number, turn: number) =>
      `<g transform="translate(${x} ${y}) rotate(${turn})">${ellipse(0, 0, 13, 9, '#5c3520')}${stroke('M-10 1q10-7 20-1', '#8a5a3c', 2)}</g>`;
    return `${shadow(196, 92)}${solid('M132 74h128l10 162q-74 14-148 0z', main)}<path fill="${dark}" d="M132 74h128l-4-22H136z"/>${stroke('M142 62h108', light, 4)}<rect x="150" y="122" width="92" height="72" rx="6" fill="${CREAM}"/><circle cx="196" cy="146" r="13" fill="${accent}"/>${stroke('M166 172h60M174 182h44', dark, 3)}${bean(290, 236, 20)}${bean(318, 246, -30)}${bean(276, 252, 60)}${bean(104, 246, -12)}`;
  },
  towel({ main, dark, light }: Palette): string {
    return `${shadow(204, 104)}${solid('M106 206q98-16 196 0v30q-98 14-196 0z', CREAM)}${solid('M112 176q92-16 184 0v30q-92 14-184 0z', light)}${solid('M104 146q100-18 200 0v30q-100 16-200 0z', main)}${stroke('M130 145v28M142 143v28', CREAM, 4)}${stroke('M130 178v26M142 176v26', main, 4)}${stroke('M130 208v26M142 206v26', dark, 4)}${stroke('M278 142c20-24 34-4 18 10', dark, 4)}`;
  },
  knife({ dark }: Palette): string {
    return `<g transform="rotate(-14 200 180)">${shadow(204, 130, 206)}${solid('M60 166h170v40H150q-66-8-90-40z', STEEL)}<path fill="#fff" fill-opacity=".5" d="M66 168h164v9H76z"/><path fill="${DARK_STEEL}" d="M230 162h14v46h-14z"/>${solid('M244 166h94q14 20-4 40h-90z', WOOD)}${ellipse(268, 186, 4, 4, dark)}${ellipse(296, 186, 4, 4, dark)}${ellipse(322, 186, 4, 4, dark)}</g>`;
  },
  board({ accent }: Palette): string {
    return `${shadow(200, 118)}${solid('M96 150q0-10 10-10h192q10 0 10 10v82q0 10-10 10H106q-10 0-10-10z', WOOD)}${stroke('M128 142v98M164 142v98M200 142v98M236 142v98M272 142v98', DARK_WOOD, 2)}${stroke('M98 174h208M98 208h208', DARK_WOOD, 1.5)}<circle cx="288" cy="158" r="8" fill="${DARK_WOOD}"/>${ellipse(176, 140, 34, 26, accent)}<path fill="url(#s)" d="M142 140a34 26 0 0 1 68 0z"/>${stroke('M176 116q4-16 16-18', '#4d6b3c', 5)}`;
  },
  pan({ main }: Palette): string {
    return `${shadow(176, 116)}${stroke('M270 190l92-22', IRON, 17)}${ellipse(362, 168, 8, 8, '#6b6865')}${solid('M72 184h208q-6 54-50 56H122q-44-2-50-56z', IRON)}${ellipse(176, 184, 104, 22, '#55524f')}${ellipse(176, 186, 92, 17, '#2b2927')}${ellipse(160, 184, 34, 10, '#fdfaf2')}${ellipse(156, 182, 13, 6, main)}`;
  },
  pot({ main, dark, light }: Palette): string {
    return `${shadow(200, 104)}${stroke('M104 162c-26 0-26 26 0 26M296 162c26 0 26 26 0 26', dark, 10)}${solid('M108 140h184v84q-6 18-92 18t-92-18z', main)}<path fill="${dark}" d="M106 136h188v10H106z"/>${solid('M112 134q88-56 176 0z', light)}${ellipse(200, 104, 13, 10, dark)}<path fill="#fff" fill-opacity=".25" d="M122 152h16v76h-10q-6-4-6-12z"/>`;
  },
  basket({ main, light }: Palette): string {
    return `${shadow(200, 112)}${ellipse(200, 168, 92, 42, CREAM)}${stroke('M150 150q20 14 12 34M196 136q16 22 6 48M240 148q10 18 0 34', '#d8b88d', 6)}${solid('M92 170q108 34 216 0l-20 56q-88 28-176 0z', WOOD)}${stroke('M96 184q104 32 208 0M102 200q98 30 196 0M108 216q92 28 184 0', DARK_WOOD, 4)}${stroke('M92 170q108 34 216 0', light, 9)}${stroke('M92 170q108 34 216 0', main, 3)}`;
  },
  scale({ main, dark, light }: Palette): string {
    return `${shadow(200, 112)}${ellipse(200, 150, 66, 16, STEEL)}<path fill="${DARK_STEEL}" d="M134 150a66 16 0 0 0 132 0v8a66 16 0 0 1-132 0z"/>${solid('M190 162h20v14h-20z', DARK_STEEL)}${solid('M104 176h192q10 0 10 10v46q0 8-8 8H102q-8 0-8-8v-46q0-10 10-10z', main)}<rect x="154" y="192" width="92" height="32" rx="5" fill="#22302c"/><path fill="none" stroke="${light}" stroke-width="4" d="M172 200v16M186 200h12v16h-12zM210 200h12v8h-12v8h12"/>${ellipse(126, 208, 9, 9, dark)}${ellipse(274, 208, 9, 9, dark)}${ellipse(176, 132, 26, 22, '#d96f4b')}${ellipse(220, 136, 22, 18, '#e4a24a')}`;
  },
  wraps({ main, dark, light, accent }: Palette): string {
    const roll = (x: number, y: number, color: string, core: string) =>
      `${solid(`M${x} ${y}h128v44H${x}z`, color)}${ellipse(x, y + 22, 12, 22, core)}${ellipse(x, y + 22, 6, 12, '#00000040')}${ellipse(x + 128, y + 22, 12, 22, color)}`;
    return `${shadow(204, 110)}${roll(110, 196, main, light)}${roll(168, 194, accent, light)}${roll(138, 150, light, dark)}${stroke('M170 151v42M214 151v42M250 151v42', main, 5)}${ellipse(150, 219, 4, 4, light)}${ellipse(240, 218, 4, 4, light)}`;
  },
} as const;
