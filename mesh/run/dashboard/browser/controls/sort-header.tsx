import { nextOrder, type SortOrder } from './sort-rows.ts';

interface SortHeaderProps {
  readonly column: string;
  readonly text: string;
  readonly isNumeric?: boolean;
  readonly order: SortOrder;
  readonly onOrder: (order: SortOrder) => void;
}

/** Renders the head of a column whose button sorts the table. */
export function SortHeader({ column, text, isNumeric = false, order, onOrder }: SortHeaderProps) {
  const isSorted = order.column === column;
  const direction = order.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={isNumeric ? 'number' : ''} aria-sort={isSorted ? direction : 'none'}>
      <button type="button" class="sort" onClick={() => onOrder(nextOrder(order, column, isNumeric))}>
        {text}
        <span class="arrow" aria-hidden="true">
          {isSorted ? (order.isDescending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  );
}
