import { escapeText } from '../../../operate/report/escape-text.ts';
import type { Report } from '../report.ts';
import { figure } from './figures.ts';
import { matrix } from './matrix.ts';
import { scenarioSection } from './scenario-section.ts';
import { STYLE } from './style.ts';

/** Lines in the colour of the box over a mark: its own colour stays. */
const HATCH = `<svg width="0" height="0" class="patterns" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="3" height="6"/></pattern></defs></svg>`;

/** A report as a page that needs nothing else, not even a script; for light and dark screens, and for paper. */
export function contrastPage(report: Report): string {
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
<p>What goes wrong is a row, who enforces the calls' policies is a column. Each row has its own measure. ▲ and ▼ mark the
best and the worst; values that are near each other share a mark (success and moved keys: half a percentage point, all
else: 5 %), and a row without marks has no winner.</p>
${matrix(report)}
${lost(report)}<p class="note">Requests are sent when they are due, whatever became of those before, and latency counts from then, for
failed requests too. CPU and memory are of all processes of a kind together.</p>
${report.scenarios.map(scenarioSection).join('\n')}
</main>
</body>
</html>
`;
}

/** What layers cannot do, and went without. */
function lost({ lost: fields = {} }: Report): string {
  return Object.entries(fields)
    .map(([layer, all]) => {
      const names = all.map((name) => `<code>${escapeText(name)}</code>`).join(', ');
      return `<p class="note"><b>${escapeText(layer)}</b> cannot do ${names}: its policies are without.</p>\n`;
    })
    .join('');
}

function provenance({ made, where, machine }: Report): string {
  const { cpu, cores, memoryMiB, node } = machine;
  const time = made.replace('T', ' ').replace(/(:\d\d)(?:\.\d+)?Z$/, '$1 UTC');
  return `${time} · ${where} · ${cpu}, ${cores} cores, ${figure(memoryMiB / 1_024)} GiB · Node ${node.replace(/^v/, '')}`;
}
