import { escapeText } from '../../../operate/report/escape-text.ts';
import type { ContrastReport } from '../report.ts';
import { figure } from './figures.ts';
import { matrix } from './matrix.ts';
import { scenarioSection } from './scenario-section.ts';
import { STYLE } from './style.ts';

/** A hatch pattern that is laid over a mark, which keeps its color. */
const HATCH = `<svg width="0" height="0" class="patterns" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="3" height="6"/></pattern></defs></svg>`;

/** Renders a report as a self-contained HTML page without scripts, for light and dark screens and for print. */
export function contrastPage(report: ContrastReport): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mesh or application, measured</title>
<style>${STYLE}
</style>
</head>
<body>
${HATCH}
<main>
<h1>Mesh or application, measured</h1>
<p class="provenance">${escapeText(provenance(report))}</p>
<p>Each row is a scenario, each column is a layer that enforces the calls' policies. Each row has its own measure. ▲ and ▼
mark the best and the worst value. Values within a tolerance share a mark: 0.5 percentage points for success and moved keys,
5 % for all other measures. A row without marks has no winner.</p>
${matrix(report)}
${unsupportedFields(report)}<p class="note">Requests are sent at a constant rate. Latency is measured from the time when a request was due, and includes
failed requests. CPU and memory are totals of all application processes or of all proxies.</p>
${report.scenarios.map(scenarioSection).join('\n')}
</main>
</body>
</html>
`;
}

/** Lists the policy fields that layers do not support. */
function unsupportedFields({ unsupported = {} }: ContrastReport): string {
  return Object.entries(unsupported)
    .map(([layer, fields]) => {
      const names = fields.map((name) => `<code>${escapeText(name)}</code>`).join(', ');
      return `<p class="note"><b>${escapeText(layer)}</b> does not support ${names}; its policies omit them.</p>\n`;
    })
    .join('');
}

function provenance({ made, where, machine }: ContrastReport): string {
  const { cpu, cores, memoryMiB, node } = machine;
  const time = made.replace('T', ' ').replace(/(:\d\d)(?:\.\d+)?Z$/, '$1 UTC');
  return `${time} · ${where} · ${cpu}, ${cores} cores, ${figure(memoryMiB / 1_024)} GiB · Node ${node.replace(/^v/, '')}`;
}
