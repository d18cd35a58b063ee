import { escapeText } from '../../../operate/report/escape-text.ts';
import type { InvariantResult } from '../invariant-check.ts';

/** Violations of a check that the page lists. report.json has all of them. */
const MAX_VIOLATIONS = 50;

/** Renders a table of the checks with their figures and violations. */
export function checksTable(findings: readonly InvariantResult[]): string {
  const rows = findings.map(({ holds, figure, wrong }) => {
    const verdict = wrong.length === 0 ? '<td class="ok">✓ holds</td>' : '<td class="failed">✗ FAILED</td>';
    return `<tr>${verdict}<th scope="row">${escapeText(holds)}${renderViolations(wrong)}</th><td>${escapeText(figure)}</td></tr>`;
  });
  return `<div class="table"><table class="checks">
<thead><tr><th scope="col"></th><th scope="col">invariant</th><th scope="col">figures</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function renderViolations(wrong: readonly string[]): string {
  if (wrong.length === 0) return '';
  const more =
    wrong.length > MAX_VIOLATIONS ? [`and ${wrong.length - MAX_VIOLATIONS} more, in report.json`] : [];
  return `<ul>${[...wrong.slice(0, MAX_VIOLATIONS), ...more].map((line) => `<li>${escapeText(line)}</li>`).join('')}</ul>`;
}
