import { z } from 'zod';
import { WATCH_IDLE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { sleep } from '../../time/sleep.ts';
import { calleeName, createResponse, parseEndpoint, type Registry } from '../registry.ts';
import { requestJson } from '../registry-request.ts';

export interface ConsulOptions {
  /** Time limit for a response to a query that does not block, in milliseconds. @default 5 s */
  readonly timeoutMs?: number;
  /** Time limit for the response to a blocking query, in milliseconds; more than `timeoutMs`. @default 10 s */
  readonly maxSilenceMs?: number;
}

/** Minimum time between two queries, in milliseconds. Limits the rate if Consul responds without blocking. */
const MIN_QUERY_INTERVAL_MS = 200;

/** Go encodes empty values as null. */
const HEALTH = z
  .array(
    z.object({
      Node: z.object({ Address: z.string().nullish() }).nullish(),
      Service: z.object({
        ID: z.string(),
        Address: z.string().nullish(),
        Port: z.number(),
        Meta: z.record(z.string(), z.string()).nullish(),
      }),
    }),
  )
  .nullable();

/**
 * Returns a registry that watches Consul by blocking queries. A callee is the Consul service of the same name (`product`).
 * Its endpoints are the instances whose checks all pass, with the version of their Meta `version`.
 * @param url of an agent: `http://127.0.0.1:8500`
 * @see https://developer.hashicorp.com/consul/api-docs/features/blocking
 */
export function consulRegistry(
  url: string,
  { timeoutMs = 5_000, maxSilenceMs = WATCH_IDLE_TIMEOUT_MS }: ConsulOptions = {},
): Registry {
  // Consul adds up to a sixteenth to the wait time.
  const waitMs = Math.floor((maxSilenceMs - timeoutMs) / (1 + 1 / 16));
  return {
    name: `consul at ${url}`,
    async watch(address, report, signal) {
      const path = `${url}/v1/health/service/${encodeURIComponent(calleeName(address))}?passing=true`;
      for (let index = 0; !signal.aborted; ) {
        const startedAt = performance.now();
        const blocking = index === 0 ? '' : `&index=${index}&wait=${waitMs}ms`;
        const limitMs = index === 0 ? timeoutMs : maxSilenceMs;
        const { value, headers } = await requestJson(path + blocking, HEALTH, { signal, timeoutMs: limitMs });
        report(createResponse((value ?? []).map(readInstance)));
        index = nextIndex(index, headers.get('x-consul-index'));
        await sleep(Math.max(0, MIN_QUERY_INTERVAL_MS - (performance.now() - startedAt)), signal);
      }
    },
  };
}

function readInstance({ Node, Service }: NonNullable<z.infer<typeof HEALTH>>[number]) {
  // An instance without an address listens on the address of its node.
  const host = Service.Address || (Node?.Address ?? '');
  return parseEndpoint(Service.ID, host, Service.Port, Service.Meta?.version);
}

/**
 * Returns the index of the next query. An index that decreases means that Consul has restarted. The next query then
 * must not block (0), or it would miss changes.
 */
function nextIndex(current: number, header: string | null): number {
  const index = Number(header);
  if (header === null || !Number.isSafeInteger(index) || index < 1)
    throw new Error(`X-Consul-Index is '${header}': the server is not Consul`);
  return index < current ? 0 : index;
}
