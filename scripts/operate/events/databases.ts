import type { z } from 'zod';

/** Direct access to the databases of services. */
export interface Databases {
  /**
   * Runs a SELECT, or another statement with RETURNING, and returns its rows.
   * @param row schema of a row in JSON
   */
  query<T>(row: z.ZodType<T>, database: string, statement: string): Promise<readonly T[]>;
}

/** Wraps a statement so that it returns one row with all rows as a JSON array. */
export function selectAsJson(statement: string): string {
  return `WITH result AS (${statement}) SELECT coalesce(json_agg(result), '[]') AS rows FROM result`;
}
