import type { Palette } from './palettes.ts';
import {
  BRASS,
  CREAM,
  DARK_STEEL,
  DARK_WOOD,
  ellipse,
  STEEL,
  shadow,
  solid,
  stroke,
  WOOD,
} from './shapes.ts';

/** Drawings of things for the home. */
export const HOME_DRAWINGS = {
  lamp({ main, dark, light }: Palette): string {
    return `${shadow(176, 62)}<path fill="#fff3c4" fill-opacity=".75" d="M226 118l-58 118h150l-44-118z"/>${ellipse(176, 238, 52, 9, dark)}${stroke('M176 234l-28-86 66-70', BRASS, 7)}${ellipse(148, 148, 8, 8, dark)}${ellipse(214, 78, 7, 7, dark)}${solid('M212 74q34-14 56 8l16 36h-66q-14-22-6-44z', main)}${ellipse(251, 118, 33, 7, light)}${ellipse(251, 119, 14, 4, '#fff8dc')}`;
  },
  blanket({ main, dark, light }: Palette): string {
    const weave = [132, 156, 180, 204, 228, 252].map((x) => `M${x} 128l12 12-12 12 12 12-12 12`).join('');
    return `${shadow(200, 118)}${solid('M90 202q110-12 220 0v32q-110 12-220 0z', dark)}${solid('M90 178q110-12 220 0v26q-110 12-220 0z', light)}${solid('M96 116q104-14 208 0v66q-104 14-208 0z', main)}${stroke(weave, light, 3)}${stroke('M104 186v14M124 188v14M144 189v14M164 190v14M184 190v14M204 190v14M224 190v14M244 189v14M264 188v14M284 187v14', CREAM, 3)}`;
  },
  pillow({ main, dark, light, accent }: Palette): string {
    return `${shadow(200, 120)}${solid('M96 226q-14-46 6-92 98-18 196 0 20 46 6 92-104 26-208 0z', CREAM)}${solid('M126 210q-10-34 4-68 76-14 150 4 14 32 4 68-80 16-158-4z', main)}${stroke('M142 160q60-10 126 6M140 178q60-8 130 6M142 196q60-6 126 4', light, 3)}${ellipse(206, 178, 5, 5, accent)}${stroke('M98 136l-8-8M302 136l8-8M98 226l-8 8M302 226l8 8', dark, 4)}`;
  },
  bed({ main, dark, light, accent }: Palette): string {
    return `${solid('M62 96q0-12 12-12h252q12 0 12 12v96H62z', WOOD)}${stroke('M76 100h248', DARK_WOOD, 3)}${solid('M94 144q-6-26 14-30h66q20 4 14 30z', CREAM)}${solid('M212 144q-6-26 14-30h66q20 4 14 30z', CREAM)}${solid('M58 150q142-22 284 0v74H58z', light)}${solid('M58 176q142-20 284 0v66H58z', main)}${stroke('M58 188q142-20 284 0M58 206q142-18 284 0', dark, 2)}${solid('M210 164q68 2 132 10v68h-90q-30-40-42-78z', accent)}<path fill="${DARK_WOOD}" d="M62 240h14v20H62zM324 240h14v20h-14z"/>`;
  },
  plant({ main, dark, light }: Palette): string {
    const leaf = (path: string, color: string) => `<path fill="${color}" d="${path}"/>`;
    return `${shadow(200, 72)}${leaf('M200 170q-74-8-84-76 66 4 84 76z', '#5f8a5a')}${leaf('M200 170q74-10 88-72-68-2-88 72z', '#4b7550')}${leaf('M200 170q-34-58 2-122 32 62-2 122z', '#6f9c66')}${leaf('M200 174q-56 4-82-34 54-18 82 34z', '#3f6647')}${leaf('M200 174q58 4 80-32-54-18-80 32z', '#6f9c66')}${stroke('M200 168V76M198 168q-20-44-58-60M202 168q24-40 62-56', '#38573c', 2)}${solid('M146 170h108l-16 64q-38 10-76 0z', main)}${solid('M140 162h120v18H140z', light)}${ellipse(200, 240, 58, 8, dark)}`;
  },
  wateringCan({ main, dark, light }: Palette): string {
    return `${shadow(212, 98)}${stroke('M166 196C120 190 108 148 78 112', main, 13)}${solid('M58 104l28-16 10 18-28 16z', dark)}${stroke('M196 128c20-64 112-52 96 74', dark, 10)}${solid('M158 132h112l8 100q-64 16-128 0z', main)}${ellipse(214, 132, 56, 11, light)}${ellipse(214, 133, 46, 8, dark)}<path fill="#fff" fill-opacity=".25" d="M172 148h14l-4 86h-14z"/>`;
  },
  vase({ main, dark, light, accent }: Palette): string {
    const flower = (x: number, y: number, color: string) =>
      [0, 60, 120, 180, 240, 300]
        .map(
          (turn) =>
            `<ellipse cx="${x}" cy="${y - 14}" rx="8" ry="13" fill="${color}" transform="rotate(${turn} ${x} ${y})"/>`,
        )
        .join('') + ellipse(x, y, 7, 7, BRASS);
    return `${shadow(200, 62)}${stroke('M196 150q-16-44-44-62M200 150V66M204 150q18-40 46-50', '#4b7550', 5)}${flower(150, 84, light)}${flower(200, 58, accent)}${flower(252, 96, main)}${solid('M176 146h48q-6 18 14 36 22 26-8 56-30 8-60 0-30-30-8-56 20-18 14-36z', main)}${ellipse(200, 146, 24, 6, dark)}${stroke('M158 204q42 12 84 0', light, 4)}`;
  },
  bowl({ main, dark, light, accent }: Palette): string {
    return `${shadow(200, 102)}${ellipse(158, 152, 30, 28, accent)}${ellipse(214, 146, 32, 30, '#d9a441')}${ellipse(256, 158, 26, 24, '#b4492e')}<path fill="url(#s)" d="M128 152a30 28 0 0 1 60 0zM182 146a32 30 0 0 1 64 0z"/>${solid('M96 164h208q-8 66-72 76h-64q-64-10-72-76z', main)}${stroke('M96 165h208', light, 6)}${stroke('M112 194q88 18 176 0', light, 3)}${ellipse(200, 240, 34, 5, dark)}`;
  },
  candle({ main, dark, light }: Palette): string {
    return `${shadow(200, 72)}<circle cx="200" cy="98" r="58" fill="#fff1b8" fill-opacity=".6"/><path fill="#f2a93b" d="M200 64q26 34 0 54-26-20 0-54z"/><path fill="#fff3c4" d="M200 88q12 16 0 26-12-10 0-26z"/>${stroke('M200 116v16', '#4a3a2c', 4)}${solid('M144 130h112v106q-56 14-112 0z', main)}${ellipse(200, 131, 56, 11, light)}<rect x="160" y="168" width="80" height="40" rx="4" fill="${CREAM}"/>${stroke('M174 182h52M182 194h36', dark, 3)}`;
  },
  tin({ main, dark, light, accent }: Palette): string {
    return `${shadow(200, 106)}${solid('M104 172h192v58q0 10-10 10H114q-10 0-10-10z', main)}${solid('M98 150q0-10 10-10h184q10 0 10 10v22H98z', light)}<rect x="150" y="184" width="100" height="42" rx="5" fill="${CREAM}"/>${stroke('M166 198h68M176 212h48', dark, 4)}${ellipse(122, 206, 7, 7, accent)}${ellipse(278, 206, 7, 7, accent)}${stroke('M112 148h176', CREAM, 3)}${ellipse(318, 238, 22, 7, dark)}${ellipse(318, 234, 22, 7, DARK_STEEL)}${ellipse(318, 234, 13, 4, STEEL)}`;
  },
  box({ main, dark, light, accent }: Palette): string {
    return `${shadow(200, 108)}${solid('M112 146h176v88q0 8-8 8H120q-8 0-8-8z', main)}<path fill="${light}" d="M102 118h196v32H102z"/><path fill="url(#s)" d="M102 118h196v32H102z"/><path fill="${accent}" d="M186 118h28v124h-28z"/>${stroke('M200 116c-60-4-50-56-14-44 14 6 14 28 14 44zm0 0c60-4 50-56 14-44-14 6-14 28-14 44z', accent, 8)}${stroke('M112 151h176', dark, 2)}`;
  },
} as const;
