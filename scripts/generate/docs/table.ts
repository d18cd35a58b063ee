import type { Difference } from '../../../mesh/policy/differences/difference.ts';

export interface DifferenceTable {
  /** Head of the first column, then of the others. */
  readonly heads: readonly string[];
  readonly rows: readonly { readonly head: string; readonly cells: readonly Difference[] }[];
}

/**
 * Formats differences as a Markdown table with numbered footnotes for inexact cells; equal reasons share a footnote.
 */
export function formatDifferences({ heads, rows }: DifferenceTable): string {
  const notes: string[] = [];
  const cell = (difference: Difference) => {
    if (difference.support === 'exact') return 'exact';
    if (!notes.includes(difference.reason)) notes.push(difference.reason);
    return `${difference.support === 'approximate' ? 'about' : 'no'} <sup>${notes.indexOf(difference.reason) + 1}</sup>`;
  };
  return [
    `| ${heads.join(' | ')} |`,
    `|${heads.map(() => '---|').join('')}`,
    ...rows.map(({ head, cells }) => `| ${[head, ...cells.map(cell)].join(' | ')} |`),
    '',
    ...notes.map((note, index) => `${index + 1}. ${note}`),
    '',
  ].join('\n');
}

/**
 * Replaces the text between two comments of a page.
 * @throws Error if the page does not have the comments in order
 */
export function replaceBetween(page: string, begin: string, end: string, text: string): string {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before)
    throw new Error(`the page has no '${begin}' followed by '${end}'; add both`);
  return `${page.slice(0, before)}${begin}\n\n${text}\n${page.slice(after)}`;
}
