import { z } from 'zod';
import { WATCH_IDLE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { answerOf } from '../answer.ts';
import { calleeName } from '../callee-name.ts';
import type { Registry } from '../registry.ts';
import { decode, EtcdGateway, encode } from './etcd-gateway.ts';
import { keyPrefix, readEndpoint } from './etcd-keys.ts';

export interface EtcdOptions {
  /** For an answer, in milliseconds. @default 5 s */
  readonly timeoutMs?: number;
  /**
   * Duration of a watch, in milliseconds. All keys are read again after it, since a member that is cut off from the others
   * reports no changes. @default 10 s
   */
  readonly maxSilenceMs?: number;
}

/** As Go writes them, empty lists and zero values are left out or null. A 64-bit integer is a string in protobuf's JSON. */
const int64 = z.union([z.string().regex(/^\d+$/), z.number()]).transform(BigInt);
const keyValue = z.object({ key: z.string(), value: z.string().nullish() });

const RANGE = z.object({ header: z.object({ revision: int64 }), kvs: z.array(keyValue).nullish() });
const WATCH = z.object({
  result: z.object({
    canceled: z.boolean().nullish(),
    cancel_reason: z.string().nullish(),
    compact_revision: int64.nullish(),
    events: z.array(z.object({ type: z.enum(['PUT', 'DELETE']).nullish(), kv: keyValue })).nullish(),
  }),
});

/**
 * Endpoints from the keys below a prefix in etcd (etcd-keys.ts): read once, then watched from the next revision on, so
 * that no change falls between.
 * @param urls of the cluster's members: `http://127.0.0.1:2379`
 */
export function etcdRegistry(
  urls: readonly string[],
  { timeoutMs = 5_000, maxSilenceMs = WATCH_IDLE_TIMEOUT_MS }: EtcdOptions = {},
): Registry {
  const etcd = new EtcdGateway(urls, timeoutMs);
  return {
    name: etcd.name,
    async follow(address, tell, signal) {
      const prefix = keyPrefix(calleeName(address));
      const range = { key: encode(prefix), range_end: encode(endOf(prefix)) };
      const { header, kvs } = await etcd.ask('kv/range', range, RANGE, signal);
      const values = new Map((kvs ?? []).map(({ key, value }) => [decode(key), decode(value ?? '')]));
      const tellAll = () => tell(answerOf([...values].map(([key, value]) => readEndpoint(key, value))));
      tellAll();

      const watch = { create_request: { ...range, start_revision: String(header.revision + 1n) } };
      for await (const { result } of etcd.stream('watch', watch, WATCH, maxSilenceMs, signal)) {
        // The history from there on is gone (compacted): what is there now tells as much.
        if (result.compact_revision != null) return;
        if (result.canceled)
          throw new Error(`${etcd.name} ended a watch: ${result.cancel_reason ?? 'no reason'}`);
        const events = result.events ?? [];
        // Protobuf's JSON leaves out PUT, which is 0.
        for (const { type, kv } of events) {
          if (type === 'DELETE') values.delete(decode(kv.key));
          else values.set(decode(kv.key), decode(kv.value ?? ''));
        }
        if (events.length > 0) tellAll();
      }
    },
  };
}

/** The first key behind all that begin with `prefix`, which ends with a slash. */
function endOf(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}
