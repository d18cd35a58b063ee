import { declareColors } from '../../../operate/report/style.ts';

/** Colors by kind of fault, close to the color-blind-safe palette of Okabe and Ito. */
const LIGHT =
  '--kill: #c8401f; --freeze: #0072b2; --cut: #7a4fa3; --slow: #a07400; --fill: #1a7f4e; --blackhole: #44403c;';
const DARK =
  '--kill: #ff8a66; --freeze: #63b8ec; --cut: #c3a1e8; --slow: #e0b64a; --fill: #5fd39b; --blackhole: #d6d3d1;';

export const STYLE = `${declareColors(LIGHT, DARK)}
  .kill { fill: var(--kill); } .freeze { fill: var(--freeze); } .cut { fill: var(--cut); } .slow { fill: var(--slow); } .fill { fill: var(--fill); } .blackhole { fill: var(--blackhole); }
  .done { --mark: var(--good-ink); } .lost { --mark: var(--bad-ink); }
  .checks td, .checks th { white-space: normal; text-align: left; vertical-align: top; }
  .checks td:first-child { white-space: nowrap; width: 1%; }
  .checks ul { margin: 6px 0 0; padding-left: 18px; }
  .command { max-width: none; } figure.wide { margin: 16px 0; } figure .note { margin-bottom: 0; } details { margin-top: 16px; }
  @media print { .seconds { display: none; } }`;
