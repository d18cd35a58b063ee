import { z } from 'zod';
import { readJson } from '../../../../mesh/run/process/read-json.ts';

const INFO = z.object({ store: z.object({ spans: z.number(), dropped: z.record(z.string(), z.number()) }) });
const PROCESSES = z.object({
  processes: z.array(z.object({ name: z.string(), pid: z.number().nullable() })),
});

interface DashboardAddress {
  readonly url: string;
  readonly token: string;
}

/** Reads the number of spans in the store. @throws Error if the dashboard has dropped records */
export async function readStoreTotals(address: DashboardAddress): Promise<{ readonly spans: number }> {
  const { store } = await read(address, '/api/info', INFO);
  const dropped = Object.entries(store.dropped);
  if (dropped.length > 0)
    throw new Error(
      `the dashboard dropped records: ${dropped.map(([reason, count]) => `${count} (${reason})`)}`,
    );
  return store;
}

/** Reads the pid of the dashboard from its list of processes. */
export async function readDashboardPid(address: DashboardAddress): Promise<number> {
  const { processes } = await read(address, '/api/processes', PROCESSES);
  const pid = processes.find(({ name }) => name === 'dashboard')?.pid;
  if (!pid) throw new Error('the dashboard does not list its own process');
  return pid;
}

async function read<T>({ url, token }: DashboardAddress, path: string, schema: z.ZodType<T>): Promise<T> {
  const response = await fetch(`${url}${path}`, { headers: { 'x-api-key': token } });
  const text = await response.text();
  if (!response.ok) throw new Error(`GET ${path} returned ${response.status}: ${text}`);
  return readJson(schema, text, { name: `the response of ${path}` });
}
