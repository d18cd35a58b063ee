import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { checkFormat, readJson } from '../../../mesh/run/process/read-json.ts';
import { type Databases, selectAsJson } from './databases.ts';

const PORTS = z.record(z.string(), z.number());

/** Error codes of a server that does not run. */
const UNREACHABLE_CODES = new Set(['ENOENT', 'ECONNREFUSED']);

/**
 * Returns the databases of the shop that `npm start` runs with its data in `folder`. `query` throws an Error if it does
 * not run.
 */
export function localDatabases(folder: string): Databases {
  return {
    async query<T>(row: z.ZodType<T>, database: string, statement: string) {
      try {
        const file = join(folder, 'ports.json');
        const ports = readJson(PORTS, await readFile(file, 'utf8'), { name: file });
        const password = await readFile(join(folder, 'secrets/postgres/superuser-password'), 'utf8');
        const server = { host: '127.0.0.1', port: ports['postgres:5432'], user: 'postgres', password };
        const client = new pg.Client({ ...server, database });
        await client.connect();
        try {
          const { rows } = await client.query<{ rows: unknown }>(selectAsJson(statement));
          return checkFormat(z.array(row), rows[0]?.rows, { name: `dead letters of database ${database}` });
        } finally {
          await client.end();
        }
      } catch (error) {
        if (!UNREACHABLE_CODES.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
        throw new Error(
          `no shop is running with data folder ${folder}; run npm start, or set --data to its folder`,
          {
            cause: error,
          },
        );
      }
    },
  };
}
