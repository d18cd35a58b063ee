import { styleText } from 'node:util';
import type { ChaosReport } from './chaos-report.ts';
import { PLACES } from './chaos-testbed.ts';

/** Violations that are printed of each check. The report has all of them. */
const MAX_VIOLATIONS = 5;

/** Formats a report for a terminal. */
export function formatReport(report: ChaosReport): string {
  const { where, checks, passed, command, durationS, orders, faults, requests } = report;
  const failures = checks.filter(({ violations }) => violations.length > 0).length;
  return [
    `${orders.toLocaleString('en')} orders and ${faults.length} faults ${PLACES[where]} in ${durationS.toFixed(0)} s; ${requests.toLocaleString('en')} requests`,
    '',
    ...checks.flatMap(({ invariant, figure, violations }) => [
      `${violations.length === 0 ? styleText('green', 'ok    ') : styleText('red', 'FAILED')} ${invariant}: ${figure}`,
      ...violations.slice(0, MAX_VIOLATIONS).map((line) => `         ${line}`),
      ...(violations.length > MAX_VIOLATIONS
        ? [`         and ${violations.length - MAX_VIOLATIONS} more`]
        : []),
    ]),
    '',
    passed
      ? `chaos: ${checks.length} checks passed`
      : `chaos: ${failures} of ${checks.length} checks failed; reproduce with: ${command}`,
  ].join('\n');
}
