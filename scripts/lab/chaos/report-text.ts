import { styleText } from 'node:util';
import type { Report } from './report.ts';

/** Contradictions that are shown of a check; the report has all. */
const SHOWN = 5;

/** A report as lines of a terminal. */
export function reportText(report: Report): string {
  const { where, findings, passed, command, seconds, orders, faults, requests } = report;
  const failed = findings.filter(({ wrong }) => wrong.length > 0).length;
  return [
    `${orders.toLocaleString('en')} orders and ${faults.length} faults ${where} in ${seconds.toFixed(0)} s; ${requests.toLocaleString('en')} requests`,
    '',
    ...findings.flatMap(({ holds, figure, wrong }) => [
      `${wrong.length === 0 ? styleText('green', 'ok    ') : styleText('red', 'FAILED')} ${holds}: ${figure}`,
      ...wrong.slice(0, SHOWN).map((line) => `         ${line}`),
      ...(wrong.length > SHOWN ? [`         and ${wrong.length - SHOWN} more`] : []),
    ]),
    '',
    passed
      ? `chaos: ${findings.length} checks passed`
      : `chaos: ${failed} of ${findings.length} checks failed; again: ${command}`,
  ].join('\n');
}
