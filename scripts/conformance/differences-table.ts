import type { Difference } from '../../mesh/policy/differences/difference.ts';
import { difference, type Enforcer, POLICY_FIELDS } from '../../mesh/policy/differences.ts';

const COLUMNS: readonly Enforcer[] = ['mesh', 'app', 'proxyless', 'built-in'];
/** Where the table is shown. */
export const PAGE = 'docs/mesh-or-app.md';
const BEGIN = '<!-- differences: npm run conformance -- --write -->';
const END = '<!-- end of differences -->';

/**
 * `page` with its table of differences as mesh/policy/differences/ has them now.
 * @throws Error when the page has no place for it
 */
export function withDifferences(page: string): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before)
    throw new Error(`the page has no '${BEGIN}' followed by '${END}'; add both`);
  return `${page.slice(0, before)}${BEGIN}\n\n${table()}\n${page.slice(after)}`;
}

function table(): string {
  const notes: string[] = [];
  const cell = (found: Difference) => {
    if (found.kind === 'exact') return 'exact';
    const text = found.kind === 'approximate' ? found.how : found.why;
    if (!notes.includes(text)) notes.push(text);
    return `${found.kind === 'approximate' ? 'about' : 'no'} <sup>${notes.indexOf(text) + 1}</sup>`;
  };
  const rows = POLICY_FIELDS.map(
    (field) => `| \`${field}\` | ${COLUMNS.map((layer) => cell(difference(layer, field))).join(' | ')} |`,
  );
  return [
    `| field | ${COLUMNS.join(' | ')} |`,
    `|---|${COLUMNS.map(() => '---|').join('')}`,
    ...rows,
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
    '',
  ].join('\n');
}
