import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { fetchText, requestName } from '../../process/fetch-text.ts';
import type { Trouble } from './stage.ts';

const KEYS = z.object({ keys: z.record(z.string(), z.number()) });

/** What is asked at a process' admin port. @param url of the port, without a path */
export function administer(url: string) {
  return {
    async rehearse(trouble: Trouble): Promise<void> {
      await fetchText(`${url}/faults`, { method: 'PUT', body: JSON.stringify(trouble) });
    },
    async keys(): Promise<Readonly<Record<string, number>>> {
      const faults = `${url}/faults`;
      return readJson(KEYS, await fetchText(faults), { name: requestName(faults) }).keys;
    },
    async metrics(): Promise<string> {
      return fetchText(`${url}/metrics`);
    },
  };
}
