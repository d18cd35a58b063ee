import { differenceOf, type Enforcer, POLICY_FIELDS } from '../../../mesh/policy/differences/differences.ts';
import { formatDifferences, replaceBetween } from './table.ts';

const COLUMNS: readonly Enforcer[] = ['mesh', 'app', 'proxyless', 'built-in'];
/** Page with the table. */
export const PAGE = 'docs/mesh-or-app.md';
const BEGIN = '<!-- differences: npm run docs -->';
const END = '<!-- end of differences -->';

/**
 * Returns `page` with the current table of differences of mesh/policy/differences/.
 * @throws Error if the page has no markers for the table
 */
export function withDifferences(page: string): string {
  const rows = POLICY_FIELDS.map((field) => ({
    head: `\`${field}\``,
    cells: COLUMNS.map((layer) => differenceOf(layer, field)),
  }));
  return replaceBetween(page, BEGIN, END, formatDifferences({ heads: ['field', ...COLUMNS], rows }));
}
