import { escapeText } from '../../../operate/report/escape-text.ts';
import type { Finding } from '../check.ts';

/** Contradictions that the page shows of a check; report.json has all. */
const SHOWN = 50;

/** Each check with its figure, and what contradicts it. */
export function checksTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ holds, figure, wrong }) => {
    const verdict = wrong.length === 0 ? '<td class="ok">✓ holds</td>' : '<td class="failed">✗ FAILED</td>';
    return `<tr>${verdict}<th scope="row">${escapeText(holds)}${contradictions(wrong)}</th><td>${escapeText(figure)}</td></tr>`;
  });
  return `<div class="table"><table class="checks">
<thead><tr><th scope="col"></th><th scope="col">what must hold</th><th scope="col">counted</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function contradictions(wrong: readonly string[]): string {
  if (wrong.length === 0) return '';
  const more = wrong.length > SHOWN ? [`and ${wrong.length - SHOWN} more, in report.json`] : [];
  return `<ul>${[...wrong.slice(0, SHOWN), ...more].map((line) => `<li>${escapeText(line)}</li>`).join('')}</ul>`;
}
