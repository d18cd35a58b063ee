/** The order of the rows of a table. */
export interface SortOrder {
  readonly column: string;
  readonly isDescending: boolean;
}

type SortKey = string | number | null;

/** Returns the rows in an order. Missing values come last, in both directions. */
export function sortRows<T>(
  rows: readonly T[],
  keyOf: (row: T) => SortKey,
  isDescending: boolean,
): readonly T[] {
  const direction = isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      if (typeof a.key === 'number' && typeof b.key === 'number') return (a.key - b.key) * direction;
      return String(a.key).localeCompare(String(b.key), 'en') * direction;
    })
    .map(({ row }) => row);
}

/** Returns the order after the reader has chosen a column: the same column again turns the order around. */
export function nextOrder(
  { column, isDescending }: SortOrder,
  target: string,
  isNumeric: boolean,
): SortOrder {
  if (column === target) return { column, isDescending: !isDescending };
  return { column: target, isDescending: isNumeric };
}
