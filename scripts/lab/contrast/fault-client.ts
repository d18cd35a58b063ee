import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { fetchText, requestName } from '../../process/fetch-text.ts';
import type { Replica } from '../testbed/testbed.ts';

/** Faults that a process injects into the calls it serves; see services/kit/server/fault-injector.ts. */
export interface FaultSettings {
  /** Share of the calls that fail, 0 to 100. */
  readonly failPercent?: number;
  /** Latency added to each call, in milliseconds. */
  readonly delayMs?: number;
  /** Maximum number of calls processed concurrently. */
  readonly slots?: number;
}

const KEYS = z.object({ keys: z.record(z.string(), z.number()) });

/** Replaces the injected fault of a replica; `{}` removes it. Also resets its key counts. */
export async function injectFault({ adminUrl }: Replica, fault: FaultSettings): Promise<void> {
  await fetchText(`${adminUrl}/faults`, { method: 'PUT', body: JSON.stringify(fault) });
}

/** Returns the number of calls by key that a replica received since its fault was last set. */
export async function countKeys({ adminUrl }: Replica): Promise<Readonly<Record<string, number>>> {
  const url = `${adminUrl}/faults`;
  return readJson(KEYS, await fetchText(url), { name: requestName(url) }).keys;
}
