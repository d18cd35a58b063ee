import { escapeText } from '../../../operate/report/escape-text.ts';
import { count } from '../../contrast/page/figures.ts';
import type { RecordedFault, TimelineSecond } from '../timeline.ts';

/** Renders a table of the faults in the order of their injection. */
export function faultsTable(faults: readonly RecordedFault[]): string {
  return table(
    'All faults',
    'faults',
    ['fault', 'after orders', 'at'],
    faults.map(({ text, after, at }) => [text, count(after), `${at.toFixed(1)} s`]),
  );
}

/** Renders a table of the counts of each second. */
export function secondsTable(seconds: readonly TimelineSecond[]): string {
  return table(
    'All seconds',
    'seconds',
    ['second', 'orders sent', 'orders answered', 'requests failed'],
    seconds.map(({ second, sent, answered, failed }) => [second, sent, answered, failed].map(count)),
  );
}

function table(
  title: string,
  kind: 'faults' | 'seconds',
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = (row: readonly string[]) =>
    row
      .map((cell, index) =>
        index === 0 ? `<th scope="row">${escapeText(cell)}</th>` : `<td>${escapeText(cell)}</td>`,
      )
      .join('');
  return `<details class="${kind}"><summary>${title}</summary><div class="table"><table>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}
</tbody>
</table></div></details>`;
}
