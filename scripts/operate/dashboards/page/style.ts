import { declareColors } from '../../report/style.ts';

/** Colors of series: the palette of Tableau 10, darker on light and lighter on dark. */
const LIGHT_SERIES = [
  '#2166ac',
  '#c7520a',
  '#1b7f4b',
  '#8a3ea8',
  '#a67c00',
  '#c2255c',
  '#0b7285',
  '#6b4f3a',
  '#5c6773',
  '#7a8f00',
];
const DARK_SERIES = [
  '#6cb2f0',
  '#f79a55',
  '#5fcf94',
  '#c99be8',
  '#e3c04c',
  '#f284ab',
  '#5cc9d9',
  '#c9a78c',
  '#a6b3c0',
  '#c3d64f',
];

const variables = (colors: readonly string[]) =>
  colors.map((color, index) => `--series-${index}: ${color};`).join(' ');

/** The style sheet of the page of dashboards, which follows that of report pages. */
export const STYLE = `${declareColors(
  `--limit: #b3261e; --heat: #2166ac; --hover: #eef2f6; ${variables(LIGHT_SERIES)}`,
  `--limit: #f28b82; --heat: #6cb2f0; --hover: #223040; ${variables(DARK_SERIES)}`,
)}
  body { padding: 0; } main { max-width: none; margin: 0; padding: 18px 22px 60px; min-width: 0; outline: none; }
  .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .skip { position: absolute; left: -9999px; } .skip:focus { left: 8px; top: 8px; z-index: 3; background: var(--box);
    color: var(--ink); padding: 6px 10px; }
  .bar { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 8px 18px; align-items: center;
    justify-content: space-between; padding: 9px 22px; background: var(--box); border-bottom: 1px solid var(--line); }
  .bar p { margin: 0; }
  .controls, .controls form { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; }
  .controls form[hidden] { display: none; }
  .controls label { font-size: 13px; color: var(--soft); display: inline-flex; gap: 6px; align-items: center; }
  select, input, .controls button { font: inherit; font-size: 13px; color: var(--ink); background: var(--page);
    border: 1px solid var(--line); border-radius: 6px; padding: 4px 8px; }
  .controls button { cursor: pointer; } .controls button:hover, nav a:hover { background: var(--hover); }
  #updated { font-size: 12.5px; min-width: 12ch; margin: 0; }
  :focus-visible { outline: 2px solid var(--series-0); outline-offset: 2px; }
  .columns { display: grid; grid-template-columns: 210px minmax(0, 1fr); align-items: start; }
  nav { position: sticky; top: 82px; padding: 16px 0 16px 12px; }
  nav ul { list-style: none; margin: 0; padding: 0; }
  nav a { display: block; padding: 5px 12px; border-radius: 6px; color: var(--ink); text-decoration: none; font-size: 14px; }
  nav a[aria-current] { background: var(--hover); font-weight: 600; box-shadow: inset 3px 0 var(--series-0); }
  .lead { color: var(--soft); margin-bottom: 4px; }
  .row { margin-top: 24px; } .row h2 { font-size: 16px; margin-bottom: 10px; }
  .stats { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 12px; margin-bottom: 12px; }
  .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(360px, 100%), 1fr)); gap: 12px; }
  .panel { background: var(--box); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px 10px; min-width: 0;
    display: flex; flex-direction: column; position: relative; }
  .panel header { display: flex; justify-content: space-between; gap: 10px; align-items: baseline; }
  .panel h3 { font-size: 14px; margin: 0 0 6px; }
  .time { font-size: 12px; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
  .panel .body { flex: 1; min-width: 0; }
  .about { color: var(--soft); font-size: 12.5px; line-height: 1.4; margin: 8px 0 2px; max-width: none; }
  .panel details { margin: 0; } .panel summary { font-size: 12px; padding: 2px 0; }
  .panel details code { display: block; font-size: 11.5px; margin: 4px 0; padding: 6px 8px; background: var(--page);
    border-radius: 6px; color: var(--ink); }
  .chart { border-radius: 4px; min-height: 190px; }
  .limit { font-size: 12px; color: var(--soft); margin: 4px 0 0; } .limit.breach { color: var(--bad-ink); font-weight: 600; }
  .dash { display: inline-block; width: 18px; border-top: 2px dashed var(--limit); margin-right: 6px; vertical-align: middle; }
  .legend { list-style: none; margin: 6px 0 0; padding: 0; max-height: 132px; overflow-y: auto; }
  .legend button { display: flex; gap: 8px; align-items: center; width: 100%; font: inherit; font-size: 12.5px; line-height: 1.35;
    color: var(--ink); background: none; border: 0; border-radius: 4px; padding: 2px 4px; cursor: pointer; text-align: left; }
  .legend button:hover { background: var(--hover); }
  .legend button[aria-pressed=false] .name { text-decoration: line-through; color: var(--soft); }
  .legend button[aria-pressed=false] .swatch { opacity: 0.25; }
  .swatch { flex: none; width: 12px; height: 3px; border-radius: 2px; }
  .legend .name { flex: 1; min-width: 0; overflow-wrap: anywhere; }
  .legend .value { flex: none; font-variant-numeric: tabular-nums; } .legend .value.breach { color: var(--bad-ink); font-weight: 600; }
  .figures { display: flex; flex-wrap: wrap; gap: 4px 18px; }
  .figure b { display: block; font-size: 25px; line-height: 1.25; font-weight: 600; letter-spacing: -0.01em;
    font-variant-numeric: tabular-nums; }
  .figure.breach b { color: var(--bad-ink); } .figure .name { font-size: 12.5px; color: var(--soft); }
  .state { font-size: 13px; color: var(--soft); margin: 6px 0; }
  .state.error { color: var(--bad-ink); overflow-wrap: anywhere; }
  .panel .table { max-height: 270px; overflow: auto; } .panel .table th { white-space: normal; }
  .panel table { font-size: 13px; } .panel th, .panel td { padding: 5px 10px; }
  .u-select { background: var(--series-0); opacity: 0.18; } .u-cursor-x { border-color: var(--soft); }
  @media (max-width: 860px) {
    .columns { grid-template-columns: minmax(0, 1fr); }
    nav { position: static; padding: 8px 12px 0; overflow-x: auto; } nav ul { display: flex; } nav a { white-space: nowrap; }
    .bar { position: static; } main { padding: 12px 14px 40px; }
  }`;
