import { GATEWAY_DIFFERENCES, GATEWAY_NAMES } from '../../lab/gateways/differences.ts';
import { GATEWAY_PROBES } from '../../lab/gateways/probes.ts';
import { replaceBetween } from './table.ts';

/** Page with the table. */
export const GATEWAYS_PAGE = 'docs/gateways.md';
const BEGIN = '<!-- gateways: npm run docs -->';
const END = '<!-- end of gateways -->';

/**
 * Returns `page` with the current contract of the edge and the differences of each gateway, of scripts/lab/gateways/.
 * @throws Error if the page has no markers for the table
 */
export function withGateways(page: string): string {
  const notes: string[] = [];
  const sections = Object.entries(GATEWAY_PROBES).map(([subject, probes]) =>
    [
      `### ${subject}`,
      '',
      `| request | answer | ${GATEWAY_NAMES.join(' | ')} |`,
      `|---|---|${GATEWAY_NAMES.map(() => '---|').join('')}`,
      ...probes.map(({ name, answer }) => {
        const cells = GATEWAY_NAMES.map((gateway) => cellOf(gateway, name, notes));
        return `| ${[name, code(answer), ...cells].join(' | ')} |`;
      }),
      '',
    ].join('\n'),
  );
  const reasons = notes.map((note, index) => `${index + 1}. ${note}`);
  const differences = reasons.length > 0 ? ['### Reasons', '', ...reasons, ''] : [];
  return replaceBetween(page, BEGIN, END, [...sections, ...differences].join('\n'));
}

function cellOf(gateway: (typeof GATEWAY_NAMES)[number], probe: string, notes: string[]): string {
  const difference = GATEWAY_DIFFERENCES[gateway].find((one) => one.probe === probe);
  if (!difference) return 'same';
  if (!notes.includes(difference.reason)) notes.push(difference.reason);
  return `${code(difference.answer)} <sup>${notes.indexOf(difference.reason) + 1}</sup>`;
}

function code(answer: string): string {
  return `\`${answer}\``;
}
