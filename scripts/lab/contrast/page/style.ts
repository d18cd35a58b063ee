import { declareColors } from '../../../operate/report/style.ts';

/**
 * Colors of the layers, close to the colorblind-safe palette of Okabe and Ito. The colors of their names have more
 * contrast with the background.
 */
const LIGHT = `--none: #6f7b87; --app: #0072b2; --mesh: #cc5800; --proxyless: #008a64; --both: #b3548b;
    --none-ink: #56616d; --app-ink: #00639b; --mesh-ink: #ae4a00; --proxyless-ink: #00724f; --both-ink: #9c3f76;`;
const DARK = `--none: #8d98a5; --app: #56b4e9; --mesh: #ee7b26; --proxyless: #2fbf92; --both: #d98bb7;
    --none-ink: #aab5c0; --app-ink: #7cc6f0; --mesh-ink: #f79a55; --proxyless-ink: #58d3ab; --both-ink: #e6a8ca;`;

const LAYERS = ['none', 'app', 'mesh', 'proxyless', 'both']
  .map((layer) => `  .${layer} { --mark: var(--${layer}); --name: var(--${layer}-ink); }`)
  .join('\n');

export const STYLE = `${declareColors(LIGHT, DARK)}
${LAYERS}
  .load { color: var(--soft); font-size: 13.5px; }
  .finding { font-weight: 600; }
  section { margin-top: 44px; padding-top: 22px; border-top: 1px solid var(--line); scroll-margin-top: 0; }
  .patterns { position: absolute; }
  a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; }
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
  blockquote { margin: 4px 0 0; white-space: pre-wrap; max-height: 17.25em; overflow-y: auto; }
  svg .group { font-weight: 600; fill: var(--soft); }
  svg .inside { fill: var(--box); font-weight: 600; font-size: 11.5px; }
  .light { opacity: 0.45; } .hatch { fill: var(--box); opacity: 0.75; }
  .hollow { fill: var(--box); stroke: var(--mark); stroke-width: 2; }
  .range { stroke: var(--mark); stroke-width: 2; opacity: 0.5; } .end { stroke: var(--mark); stroke-width: 2; }
  @media print {
    section { break-before: page; margin-top: 0; padding-top: 0; border-top: 0; }
    .refusal { break-inside: avoid; }
    blockquote { max-height: none; font-size: 10px; line-height: 1.35; }
    .matrix { min-width: 0; } .matrix th, .matrix td { padding: 5px 8px; }
  }`;
