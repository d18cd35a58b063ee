import { z } from 'zod';
import { WATCH_IDLE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { sleep } from '../../time/sleep.ts';
import { answerOf, endpointOf } from '../answer.ts';
import { calleeName } from '../callee-name.ts';
import type { Registry } from '../registry.ts';
import { requestJson } from '../registry-request.ts';

export interface ConsulOptions {
  /** For an answer that has nothing to wait for, in milliseconds. @default 5 s */
  readonly timeoutMs?: number;
  /** Time limit for the answer to a blocking query, in milliseconds; more than `timeoutMs`. @default 10 s */
  readonly maxSilenceMs?: number;
}

/** Between two questions at least, whatever holds them or does not. */
const PACE_MS = 200;

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
 * Endpoints from Consul, by blocking queries. A callee is the Consul service of its own name (`product`), an endpoint an
 * instance of it whose checks all pass, of the version in its Meta `version`.
 * @param url of an agent: `http://127.0.0.1:8500`
 * @see https://developer.hashicorp.com/consul/api-docs/features/blocking
 */
export function consulRegistry(
  url: string,
  { timeoutMs = 5_000, maxSilenceMs = WATCH_IDLE_TIMEOUT_MS }: ConsulOptions = {},
): Registry {
  // Consul adds up to a sixteenth to the time that it was asked to wait.
  const waitMs = Math.floor((maxSilenceMs - timeoutMs) / (1 + 1 / 16));
  return {
    name: `consul at ${url}`,
    async follow(address, tell, signal) {
      const path = `${url}/v1/health/service/${encodeURIComponent(calleeName(address))}?passing=true`;
      for (let index = 0; !signal.aborted; ) {
        const began = performance.now();
        const blocking = index === 0 ? '' : `&index=${index}&wait=${waitMs}ms`;
        const limitMs = index === 0 ? timeoutMs : maxSilenceMs;
        const { value, headers } = await requestJson(path + blocking, HEALTH, { signal, timeoutMs: limitMs });
        tell(answerOf((value ?? []).map(endpoint)));
        index = nextIndex(index, headers.get('x-consul-index'));
        await sleep(Math.max(0, PACE_MS - (performance.now() - began)), signal);
      }
    },
  };
}

function endpoint({ Node, Service }: NonNullable<z.infer<typeof HEALTH>>[number]) {
  // An instance without an address of its own listens on that of its node.
  return endpointOf(
    Service.ID,
    Service.Address || (Node?.Address ?? ''),
    Service.Port,
    Service.Meta?.version,
  );
}

/** An index that goes back is that of a Consul that started anew: its next question must not wait. */
function nextIndex(last: number, header: string | null): number {
  const index = Number(header);
  if (header === null || !Number.isSafeInteger(index) || index < 1)
    throw new Error(`the X-Consul-Index of an answer is '${header}': what answers is no Consul`);
  return index < last ? 0 : index;
}
