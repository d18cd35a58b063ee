const LIGHT = `color-scheme: light; --page: #f7f8fa; --box: #ffffff; --ink: #1b2733; --soft: #566575; --line: #dde3ea;
    --good: #e4f2ea; --bad: #fbe9e4; --good-ink: #17603c; --bad-ink: #9c3412;`;
const DARK = `color-scheme: dark; --page: #10161d; --box: #19222c; --ink: #e7edf3; --soft: #9cabba; --line: #2f3c49;
    --good: #173529; --bad: #40231b; --good-ink: #7fd3a6; --bad-ink: #f4a58a;`;

/**
 * Returns the rules that declare colors. The attribute `data-theme` of the root, `light` or `dark`, overrides the
 * preference of the system. Print always uses the light ones.
 */
export function declareColors(light: string, dark: string): string {
  return `
  :root { ${light} }
  @media screen and (prefers-color-scheme: dark) { :root:not([data-theme=light]) { ${dark} } }
  @media screen { :root[data-theme=dark] { ${dark} } }`;
}

/**
 * The style sheet of all report pages. A chart element takes its color from `--mark`, and a name from `--name`, of the
 * class around it.
 */
export const STYLE = `${declareColors(LIGHT, DARK)}
  * { box-sizing: border-box; }
  body { margin: 0; padding: 36px 20px 60px; background: var(--page); color: var(--ink);
    font: 15px/1.5 ui-sans-serif, system-ui, "Segoe UI", sans-serif; }
  main { max-width: 1040px; margin: 0 auto; }
  h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
  h2 { font-size: 19px; margin: 0 0 4px; }
  p { margin: 0 0 10px; max-width: 78ch; }
  code, blockquote { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
  .provenance, .note { color: var(--soft); font-size: 13.5px; }
  .provenance { margin-bottom: 18px; max-width: none; }
  .verdict { border-left: 4px solid var(--good-ink); padding: 2px 0 2px 14px; margin: 14px 0 18px; font-weight: 600; }
  .verdict.failed { border-color: var(--bad-ink); }
  .note { margin-top: 10px; } .table + .note { margin-top: 16px; }
  .table { background: var(--box); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
  th, td { padding: 6px 12px; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; white-space: nowrap; }
  tbody tr:last-child > * { border-bottom: 0; }
  th:first-child { text-align: left; }
  thead th { color: var(--name, var(--soft)); font-weight: 600; vertical-align: bottom; }
  td.ok { color: var(--good-ink); font-weight: 600; } td.failed { color: var(--bad-ink); font-weight: 600; }
  .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 16px; margin: 16px 0; }
  figure { margin: 0; background: var(--box); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; }
  svg { display: block; width: 100%; height: auto; }
  svg text { font: 12px ui-sans-serif, system-ui, "Segoe UI", sans-serif; fill: var(--ink); dominant-baseline: central;
    font-variant-numeric: tabular-nums; }
  svg .title { font-size: 14px; font-weight: 600; }
  svg .note, svg .tick { fill: var(--soft); font-size: 11.5px; }
  svg .name { fill: var(--name, var(--ink)); font-weight: 600; }
  .mark { fill: var(--mark); }
  .grid, .axis { stroke: var(--line); } line.limit { stroke: var(--soft); stroke-dasharray: 3 3; opacity: 0.7; }
  .area { fill: var(--mark); opacity: 0.22; } .line { fill: none; stroke: var(--mark); stroke-width: 1.5; }
  details { margin-top: 4px; } summary { cursor: pointer; color: var(--soft); font-size: 13.5px; padding: 4px 0 8px; }
  @media print {
    @page { margin: 14mm 12mm; }
    * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    :root { --page: #ffffff; }
    body { padding: 0; font-size: 12.5px; } main, p { max-width: none; }
    .charts { grid-template-columns: 1fr 1fr; gap: 10px; }
    figure, tr { break-inside: avoid; }
    figure { padding: 10px 12px; }
    .table { overflow: visible; }
    table { font-size: 10px; line-height: 1.3; } th, td { padding: 1px 8px; }
    .charts + details { margin-top: 0; } summary { list-style: none; }
    details::details-content { content-visibility: visible; display: block; block-size: auto; }
  }`;
