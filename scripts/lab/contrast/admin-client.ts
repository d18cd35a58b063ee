import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { fetchText, requestName } from '../../process/fetch-text.ts';
import type { FaultSettings } from './testbed.ts';

const KEYS = z.object({ keys: z.record(z.string(), z.number()) });

/**
 * Returns a client of a process's admin port.
 * @param url URL of the port, without a path
 */
export function createAdminClient(url: string) {
  const faultsUrl = `${url}/faults`;
  return {
    async injectFault(fault: FaultSettings): Promise<void> {
      await fetchText(faultsUrl, { method: 'PUT', body: JSON.stringify(fault) });
    },
    /** Returns the number of calls by key since the fault was last set. */
    async countKeys(): Promise<Readonly<Record<string, number>>> {
      return readJson(KEYS, await fetchText(faultsUrl), { name: requestName(faultsUrl) }).keys;
    },
    async readMetrics(): Promise<string> {
      return fetchText(`${url}/metrics`);
    },
  };
}
