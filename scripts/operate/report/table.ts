import { escapeText } from './escape-text.ts';

/** Text, which is escaped, or HTML. */
export type CellContent = string | { readonly html: string };

/** Renders the head of a column. */
export function columnHead(content: CellContent, className?: string): string {
  return `<th scope="col"${classOf(className)}>${htmlOf(content)}</th>`;
}

/** Renders the head of a row. */
export function rowHead(content: CellContent): string {
  return `<th scope="row">${htmlOf(content)}</th>`;
}

/** Renders a cell of a row. */
export function cell(content: CellContent, className?: string): string {
  return `<td${classOf(className)}>${htmlOf(content)}</td>`;
}

/** Renders a table. @param heads of the columns. @param rows lists of row heads and cells */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  className?: string,
): string {
  return `<div class="table"><table${classOf(className)}>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.map((cells) => `<tr>${cells.join('')}</tr>`).join('\n')}
</tbody>
</table></div>`;
}

/** Renders a table of text, whose first column has the row heads. */
export function textTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return table(
    heads.map((head) => columnHead(head)),
    rows.map(([head = '', ...texts]) => [rowHead(head), ...texts.map((text) => cell(text))]),
  );
}

/** Renders a table that a reader can unfold. Print shows it unfolded. */
export function foldedTable(summary: string, tableHtml: string, className?: string): string {
  return `<details${classOf(className)}><summary>${escapeText(summary)}</summary>${tableHtml}</details>`;
}

function htmlOf(content: CellContent): string {
  return typeof content === 'string' ? escapeText(content) : content.html;
}

function classOf(className: string | undefined): string {
  return className === undefined ? '' : ` class="${className}"`;
}
