import { STYLE as SHARED } from '../../contrast/page/style.ts';

/** Colors by kind of fault, close to the color-blind-safe palette of Okabe and Ito. */
const LIGHT =
  '--kill: #c8401f; --freeze: #0072b2; --cut: #7a4fa3; --slow: #a07400; --fill: #1a7f4e; --blackhole: #44403c;';
const DARK =
  '--kill: #ff8a66; --freeze: #63b8ec; --cut: #c3a1e8; --slow: #e0b64a; --fill: #5fd39b; --blackhole: #d6d3d1;';

export const STYLE = `${SHARED}
  :root { ${LIGHT} }
  @media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
  svg .name { fill: var(--ink); }
  .kill { fill: var(--kill); } .freeze { fill: var(--freeze); } .cut { fill: var(--cut); } .slow { fill: var(--slow); } .fill { fill: var(--fill); } .blackhole { fill: var(--blackhole); }
  .done { --mark: var(--good-ink); } .lost { --mark: var(--bad-ink); }
  .verdict { border-left: 4px solid var(--good-ink); padding: 2px 0 2px 14px; margin: 14px 0 18px; font-weight: 600; }
  .verdict.failed { border-color: var(--bad-ink); }
  code { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
  .checks td, .checks th { white-space: normal; text-align: left; vertical-align: top; }
  .checks td:first-child { white-space: nowrap; font-weight: 600; }
  .checks .ok { color: var(--good-ink); } .checks .failed { color: var(--bad-ink); }
  .checks ul { margin: 6px 0 0; padding-left: 18px; }
  figure.wide { margin: 16px 0; } details { margin-top: 16px; }
  @media print { .seconds { display: none; } }`;
