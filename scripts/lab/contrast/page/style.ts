/**
 * The style sheet of the page. Layer colors are close to the colorblind-safe palette of Okabe and Ito. The text colors of
 * layer names are adjusted for contrast on light and dark backgrounds. Print always uses the light colors.
 */
const LIGHT = `color-scheme: light; --page: #f7f8fa; --box: #ffffff; --ink: #1b2733; --soft: #566575; --line: #dde3ea;
    --good: #e4f2ea; --bad: #fbe9e4; --good-ink: #17603c; --bad-ink: #9c3412;
    --none: #6f7b87; --app: #0072b2; --mesh: #cc5800; --proxyless: #008a64; --both: #b3548b;
    --none-ink: #56616d; --app-ink: #00639b; --mesh-ink: #ae4a00; --proxyless-ink: #00724f; --both-ink: #9c3f76;`;

const DARK = `color-scheme: dark; --page: #10161d; --box: #19222c; --ink: #e7edf3; --soft: #9cabba; --line: #2f3c49;
    --good: #173529; --bad: #40231b; --good-ink: #7fd3a6; --bad-ink: #f4a58a;
    --none: #8d98a5; --app: #56b4e9; --mesh: #ee7b26; --proxyless: #2fbf92; --both: #d98bb7;
    --none-ink: #aab5c0; --app-ink: #7cc6f0; --mesh-ink: #f79a55; --proxyless-ink: #58d3ab; --both-ink: #e6a8ca;`;

const LAYERS = ['none', 'app', 'mesh', 'proxyless', 'both']
  .map((layer) => `  .${layer} { --mark: var(--${layer}); --name: var(--${layer}-ink); }`)
  .join('\n');

export const STYLE = `
  :root { ${LIGHT} }
  @media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
${LAYERS}
  * { box-sizing: border-box; }
  body { margin: 0; padding: 36px 20px 60px; background: var(--page); color: var(--ink);
    font: 15px/1.5 ui-sans-serif, system-ui, "Segoe UI", sans-serif; }
  main { max-width: 1040px; margin: 0 auto; }
  h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
  h2 { font-size: 19px; margin: 0 0 4px; }
  p { margin: 0 0 10px; max-width: 78ch; }
  .provenance, .load, .note { color: var(--soft); font-size: 13.5px; }
  .provenance { margin-bottom: 18px; }
  .finding { font-weight: 600; }
  section { margin-top: 44px; padding-top: 22px; border-top: 1px solid var(--line); scroll-margin-top: 0; }
  .note { margin-top: 10px; } .table + .note { margin-top: 16px; }
  .patterns { position: absolute; }
  a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; }
  .table { background: var(--box); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
  th, td { padding: 6px 12px; text-align: right; border-bottom: 1px solid var(--line); font-weight: 400; white-space: nowrap; }
  tbody tr:last-child > * { border-bottom: 0; }
  th:first-child { text-align: left; }
  thead th { color: var(--name, var(--soft)); font-weight: 600; vertical-align: bottom; }
  .matrix { table-layout: fixed; min-width: 740px; }
  .matrix th:first-child { width: 29%; }
  .matrix th, .matrix td { vertical-align: top; padding: 8px 12px; }
  .matrix thead th { border-bottom: 3px solid var(--mark, var(--line)); white-space: normal; }
  .matrix th small { white-space: normal; }
  .matrix tbody th { white-space: normal; font-weight: 600; }
  .matrix th:first-child { position: sticky; left: 0; background: var(--box); }
  .matrix td b { font-size: 14.5px; }
  small { display: block; font-size: 11.5px; line-height: 1.35; font-weight: 400; color: var(--soft); }
  td.best { background: var(--good); } td.worst { background: var(--bad); }
  .best .sign { color: var(--good-ink); font-weight: 600; } .worst .sign { color: var(--bad-ink); font-weight: 600; }
  .refusal { border-left: 4px solid var(--both); padding: 2px 0 2px 14px; margin: 14px 0; }
  .refusal p { margin: 0; color: var(--soft); font-size: 13.5px; }
  blockquote { margin: 4px 0 0; font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
    max-height: 17.25em; overflow-y: auto; }
  .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 16px; margin: 16px 0; }
  figure { margin: 0; background: var(--box); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; }
  svg { display: block; width: 100%; height: auto; }
  svg text { font: 12px ui-sans-serif, system-ui, "Segoe UI", sans-serif; fill: var(--ink); dominant-baseline: central;
    font-variant-numeric: tabular-nums; }
  svg .title { font-size: 14px; font-weight: 600; }
  svg .note, svg .tick { fill: var(--soft); font-size: 11.5px; }
  svg .group { font-weight: 600; fill: var(--soft); }
  svg .name { fill: var(--name); font-weight: 600; }
  svg .inside { fill: var(--box); font-weight: 600; font-size: 11.5px; }
  .mark { fill: var(--mark); } .light { opacity: 0.45; } .hatch { fill: var(--box); opacity: 0.75; }
  .hollow { fill: var(--box); stroke: var(--mark); stroke-width: 2; }
  .grid, .axis { stroke: var(--line); } .range { stroke: var(--mark); stroke-width: 2; opacity: 0.5; }
  .end { stroke: var(--mark); stroke-width: 2; } .limit { stroke: var(--soft); stroke-dasharray: 3 3; opacity: 0.7; }
  .area { fill: var(--mark); opacity: 0.22; } .line { fill: none; stroke: var(--mark); stroke-width: 1.5; }
  details { margin-top: 4px; } summary { cursor: pointer; color: var(--soft); font-size: 13.5px; padding: 4px 0 8px; }
  @media print {
    @page { margin: 14mm 12mm; }
    * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    :root { --page: #ffffff; }
    body { padding: 0; font-size: 12.5px; } main, p { max-width: none; }
    section { break-before: page; margin-top: 0; padding-top: 0; border-top: 0; }
    .charts { grid-template-columns: 1fr 1fr; gap: 10px; }
    figure, tr, .refusal { break-inside: avoid; }
    figure { padding: 10px 12px; }
    .table { overflow: visible; }
    blockquote { max-height: none; font-size: 10px; line-height: 1.35; }
    table { font-size: 10px; line-height: 1.3; } th, td { padding: 1px 8px; } .matrix th, .matrix td { padding: 5px 8px; }
    .matrix { min-width: 0; }
    .charts + details { margin-top: 0; } summary { list-style: none; }
    details::details-content { content-visibility: visible; display: block; block-size: auto; }
  }`;
