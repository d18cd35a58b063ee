import { differenceOf, type Enforcer, POLICY_FIELDS } from '../../../mesh/policy/differences/differences.ts';
import { markdownTable, replaceBetween } from './table.ts';

const COLUMNS: readonly Enforcer[] = ['mesh', 'app', 'proxyless', 'built-in'];
/** Where the table is shown. */
export const PAGE = 'docs/mesh-or-app.md';
const BEGIN = '<!-- differences: npm run docs -->';
const END = '<!-- end of differences -->';

/**
 * `page` with its table of differences as mesh/policy/differences/ has them now.
 * @throws Error when the page has no place for it
 */
export function withDifferences(page: string): string {
  const rows = POLICY_FIELDS.map((field) => ({
    head: `\`${field}\``,
    cells: COLUMNS.map((layer) => differenceOf(layer, field)),
  }));
  return replaceBetween(page, BEGIN, END, markdownTable({ heads: ['field', ...COLUMNS], rows }));
}
