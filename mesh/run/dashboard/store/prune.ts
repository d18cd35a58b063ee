import type { DatabaseSync } from 'node:sqlite';

/** Share of the records of the largest table that is deleted at a time. */
const PRUNED_SHARE = 0.2;
/** Newest records from which the size of a table is estimated. Adding up all sizes would read the whole file. */
const SAMPLE_SIZE = 100;
/** Sources of records from which those without records are deleted, which needs a scan of all records. */
const MAX_SOURCES = 2_000;

type PrunedTable = 'span' | 'log' | 'point';

/** Bytes of a row, with those of its columns of fixed length and of its indexes. */
const ROW_BYTES: Readonly<Record<PrunedTable, string>> = {
  span: '150 + length(record) + length(name)',
  log: '100 + length(record) + length(message)',
  point: '60 + coalesce(length(histogram), 0)',
};

/** Returns the bytes of a database that are in use. Deleted records leave free pages behind, which are used again. */
export function usedBytes(database: DatabaseSync): number {
  const row = database
    .prepare(
      `SELECT (page_count - freelist_count) * page_size AS bytes
       FROM pragma_page_count, pragma_freelist_count, pragma_page_size`,
    )
    .get();
  return Number(row?.bytes);
}

/**
 * Deletes the oldest records until less than `maxBytes` are in use. Deletes those of the largest table first, so that a
 * service that floods logs deletes no traces.
 */
export function pruneUntil(database: DatabaseSync, maxBytes: number): void {
  while (usedBytes(database) >= maxBytes) {
    const sizes = (['span', 'log', 'point'] as const).map((table) => ({ table, ...sizeOf(database, table) }));
    const [largest] = sizes.filter(({ max }) => max > 0).toSorted((a, b) => b.bytes - a.bytes);
    if (!largest) break;
    const { table, min, max } = largest;
    const limit = min + Math.ceil((max - min + 1) * PRUNED_SHARE);
    database.prepare(`DELETE FROM ${table} WHERE id < ?`).run(limit);
    if (table === 'span') database.prepare('DELETE FROM trace WHERE last_span < ?').run(limit);
  }
  deleteUnused(database);
}

function sizeOf(database: DatabaseSync, table: PrunedTable): { min: number; max: number; bytes: number } {
  const row = database
    .prepare(
      `SELECT coalesce(min(id), 0) AS min, coalesce(max(id), 0) AS max,
       (SELECT coalesce(avg(size), 0) FROM
         (SELECT ${ROW_BYTES[table]} AS size FROM ${table} ORDER BY id DESC LIMIT ${SAMPLE_SIZE})) AS size
       FROM ${table}`,
    )
    .get();
  const [min, max] = [Number(row?.min), Number(row?.max)];
  return { min, max, bytes: (max - min + 1) * Number(row?.size) };
}

/** Deletes the series and sources of processes that ended long ago. */
function deleteUnused(database: DatabaseSync): void {
  database.exec('DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM point WHERE point.series = series.id)');
  const { count } = database.prepare('SELECT count(*) AS count FROM source').get() as { count: number };
  if (count > MAX_SOURCES)
    database.exec(
      'DELETE FROM source WHERE id NOT IN (SELECT source FROM span UNION SELECT source FROM log)',
    );
}
