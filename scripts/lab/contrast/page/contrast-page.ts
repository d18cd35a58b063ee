import { escapeText } from '../../../operate/report/escape-text.ts';
import { reportPage } from '../../../operate/report/page.ts';
import { describeMachine } from '../../testbed/machine.ts';
import type { ContrastReport } from '../report.ts';
import { matrix } from './matrix.ts';
import { scenarioSection } from './scenario-section.ts';
import { STYLE } from './style.ts';

/** A hatch pattern that is laid over a mark, which keeps its color. */
const HATCH = `<svg width="0" height="0" class="patterns" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="3" height="6"/></pattern></defs></svg>`;

/** Renders a report as a self-contained HTML page. */
export function contrastPage(report: ContrastReport): string {
  return reportPage({
    title: 'Mesh or application, measured',
    createdAt: report.createdAt,
    provenance: [report.where, ...describeMachine(report.machine)],
    style: STYLE,
    body: `${HATCH}
<p>Each row is a scenario, each column is a layer that enforces the calls' policies. Each row has its own measure. ▲ and ▼
mark the best and the worst value. Values within a tolerance share a mark: 0.5 percentage points for success and moved keys,
5 % for all other measures. A row without marks has no winner.</p>
${matrix(report)}
${listUnsupportedFields(report)}<p class="note">Requests are sent at a constant rate. Latency is measured from the time when a request was due, and includes
failed requests. CPU and memory are totals of all application processes or of all proxies.</p>
${report.scenarios.map(scenarioSection).join('\n')}`,
  });
}

/** Lists the policy fields that layers do not support. */
function listUnsupportedFields({ unsupportedFields = {} }: ContrastReport): string {
  return Object.entries(unsupportedFields)
    .map(([layer, fields]) => {
      const names = fields.map((name) => `<code>${escapeText(name)}</code>`).join(', ');
      return `<p class="note"><b>${escapeText(layer)}</b> does not support ${names}; its policies omit them.</p>\n`;
    })
    .join('');
}
