import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { fetchText, requestName } from '../../process/fetch-text.ts';
import type { Trouble } from './stage.ts';

const KEYS = z.object({ keys: z.record(z.string(), z.number()) });

/** What is asked at a process' admin port. @param url of the port, without a path */
export function administer(url: string) {
  return {
    async rehearse(trouble: Trouble): Promise<void> {
      await fetchText(`${url}/rehearsal`, { method: 'PUT', body: JSON.stringify(trouble) });
    },
    async keys(): Promise<Readonly<Record<string, number>>> {
      const rehearsal = `${url}/rehearsal`;
      return readJson(KEYS, await fetchText(rehearsal), { name: requestName(rehearsal) }).keys;
    },
    async metrics(): Promise<string> {
      return fetchText(`${url}/metrics`);
    },
  };
}
