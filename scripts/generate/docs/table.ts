import type { Difference } from '../../../mesh/policy/differences/difference.ts';

export interface DifferenceTable {
  /** Of the first column, then of each other. */
  readonly heads: readonly string[];
  readonly rows: readonly { readonly head: string; readonly cells: readonly Difference[] }[];
}

/** A Markdown table of differences. What is not exact has a number, and its reason below; each reason is there once. */
export function markdownTable({ heads, rows }: DifferenceTable): string {
  const notes: string[] = [];
  const cell = (found: Difference) => {
    if (found.kind === 'exact') return 'exact';
    const text = found.kind === 'approximate' ? found.how : found.why;
    if (!notes.includes(text)) notes.push(text);
    return `${found.kind === 'approximate' ? 'about' : 'no'} <sup>${notes.indexOf(text) + 1}</sup>`;
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
 * `page` with `text` between two comments that stay.
 * @throws Error when the page has no place for it
 */
export function replaceBetween(page: string, begin: string, end: string, text: string): string {
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before)
    throw new Error(`the page has no '${begin}' followed by '${end}'; add both`);
  return `${page.slice(0, before)}${begin}\n\n${text}\n${page.slice(after)}`;
}
