import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DASHBOARD_NAME } from '../../../mesh/run/dashboard-process.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';

/** Address and token of the dashboard of a run. */
export interface DashboardAddress {
  readonly url: string;
  readonly token: string;
}

const PORTS = z.record(z.string(), z.number());

/**
 * Returns the dashboard of the shop that `npm start` runs with its data in `folder`. It may have stopped.
 *
 * @throws Error if no run with a dashboard has used the folder
 */
export async function findDashboard(folder: string): Promise<DashboardAddress> {
  const file = join(folder, 'ports.json');
  try {
    const { [DASHBOARD_NAME]: port } = readJson(PORTS, await readFile(file, 'utf8'), { name: file });
    if (port === undefined) throw noDashboard(folder);
    const token = await readFile(join(folder, 'secrets', DASHBOARD_NAME, 'token'), 'utf8');
    return { url: `http://127.0.0.1:${port}`, token: token.trim() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw noDashboard(folder);
  }
}

function noDashboard(folder: string): Error {
  return new Error(
    `no shop with a live page has its data in ${folder}; run npm start, or set --data to its folder`,
  );
}
