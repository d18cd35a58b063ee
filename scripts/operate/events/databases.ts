import type { z } from 'zod';

/** Asks the databases of services, past the services. */
export interface Databases {
  /**
   * Returns the rows of a SELECT, or of another statement with RETURNING, as JSON.
   * @param row schema of a row
   */
  query<T>(row: z.ZodType<T>, database: string, statement: string): Promise<readonly T[]>;
}

/** One row with one column: all rows as a JSON array. */
export function asJson(statement: string): string {
  return `WITH found AS (${statement}) SELECT coalesce(json_agg(found), '[]') AS rows FROM found`;
}
