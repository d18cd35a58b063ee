import { escapeText } from '../../../operate/report/escape-text.ts';
import { cell, columnHead, rowHead, table } from '../../../operate/report/table.ts';
import type { InvariantResult } from '../invariant-check.ts';

/** Violations of a check that the page lists. report.json has all of them. */
const MAX_VIOLATIONS = 50;

/** Renders a table of the checks with their figures and violations. */
export function checksTable(findings: readonly InvariantResult[]): string {
  const rows = findings.map(({ holds, figure, wrong }) => [
    wrong.length === 0 ? cell('✓ holds', 'ok') : cell('✗ FAILED', 'failed'),
    rowHead({ html: `${escapeText(holds)}${renderViolations(wrong)}` }),
    cell(figure),
  ]);
  return table(
    ['', 'invariant', 'figures'].map((head) => columnHead(head)),
    rows,
    'checks',
  );
}

function renderViolations(wrong: readonly string[]): string {
  if (wrong.length === 0) return '';
  const more =
    wrong.length > MAX_VIOLATIONS ? [`and ${wrong.length - MAX_VIOLATIONS} more, in report.json`] : [];
  return `<ul>${[...wrong.slice(0, MAX_VIOLATIONS), ...more].map((line) => `<li>${escapeText(line)}</li>`).join('')}</ul>`;
}
