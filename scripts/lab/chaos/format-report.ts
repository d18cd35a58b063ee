import { styleText } from 'node:util';
import type { ChaosReport } from './chaos-report.ts';
import { PLACES } from './chaos-testbed.ts';

/** Violations that are printed of each check. The report has all of them. */
const MAX_VIOLATIONS = 5;

/** Formats a report for a terminal. */
export function formatReport(report: ChaosReport): string {
  const { where, findings, passed, command, seconds, orders, faults, requests } = report;
  const failures = findings.filter(({ wrong }) => wrong.length > 0).length;
  return [
    `${orders.toLocaleString('en')} orders and ${faults.length} faults ${PLACES[where]} in ${seconds.toFixed(0)} s; ${requests.toLocaleString('en')} requests`,
    '',
    ...findings.flatMap(({ holds, figure, wrong }) => [
      `${wrong.length === 0 ? styleText('green', 'ok    ') : styleText('red', 'FAILED')} ${holds}: ${figure}`,
      ...wrong.slice(0, MAX_VIOLATIONS).map((line) => `         ${line}`),
      ...(wrong.length > MAX_VIOLATIONS ? [`         and ${wrong.length - MAX_VIOLATIONS} more`] : []),
    ]),
    '',
    passed
      ? `chaos: ${findings.length} checks passed`
      : `chaos: ${failures} of ${findings.length} checks failed; repeat with: ${command}`,
  ].join('\n');
}
