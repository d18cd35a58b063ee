import { z } from 'zod';
import type { Trouble } from './stage.ts';

const KEYS = z.object({ keys: z.record(z.string(), z.number()) });

/** What is asked at a process' admin port. @param url of the port, without a path */
export function administer(url: string) {
  const ask = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(url + path, { ...init, signal: AbortSignal.timeout(10_000) });
    if (response.ok) return response;
    throw new Error(`${url}${path} answers ${response.status}: ${await response.text()}`);
  };
  return {
    async rehearse(trouble: Trouble): Promise<void> {
      await ask('/rehearsal', { method: 'PUT', body: JSON.stringify(trouble) });
    },
    async keys(): Promise<Readonly<Record<string, number>>> {
      return KEYS.parse(await (await ask('/rehearsal')).json()).keys;
    },
    async metrics(): Promise<string> {
      return (await ask('/metrics')).text();
    },
  };
}
