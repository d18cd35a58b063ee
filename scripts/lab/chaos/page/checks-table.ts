import { escapeText } from '../../../operate/report/escape-text.ts';
import { cell, columnHead, rowHead, table } from '../../../operate/report/table.ts';
import type { InvariantResult } from '../invariant-check.ts';

/** Violations of a check that the page lists. report.json has all of them. */
const MAX_VIOLATIONS = 50;

/** Renders a table of the checks with their figures and violations. */
export function checksTable(checks: readonly InvariantResult[]): string {
  const rows = checks.map(({ invariant, figure, violations }) => [
    violations.length === 0 ? cell('✓ holds', 'ok') : cell('✗ FAILED', 'failed'),
    rowHead({ html: `${escapeText(invariant)}${renderViolations(violations)}` }),
    cell(figure),
  ]);
  return table(
    ['', 'invariant', 'figures'].map((head) => columnHead(head)),
    rows,
    'checks',
  );
}

function renderViolations(violations: readonly string[]): string {
  if (violations.length === 0) return '';
  const more =
    violations.length > MAX_VIOLATIONS
      ? [`and ${violations.length - MAX_VIOLATIONS} more, in report.json`]
      : [];
  return `<ul>${[...violations.slice(0, MAX_VIOLATIONS), ...more].map((line) => `<li>${escapeText(line)}</li>`).join('')}</ul>`;
}
