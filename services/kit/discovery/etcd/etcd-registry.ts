import { z } from 'zod';
import { WATCH_IDLE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { calleeName, createResponse, type Registry } from '../registry.ts';
import { decode, EtcdGateway, encode } from './etcd-gateway.ts';
import { keyPrefix, readEndpoint } from './etcd-keys.ts';

export interface EtcdOptions {
  /** Time limit for a response, in milliseconds. @default 5 s */
  readonly timeoutMs?: number;
  /**
   * Duration of a watch, in milliseconds. All keys are read again after it, since a member that is cut off from the
   * others reports no changes. @default 10 s
   */
  readonly maxSilenceMs?: number;
}

/** Protobuf's JSON writes a 64-bit integer as a string. Go omits empty lists and zero values, or writes null. */
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
 * Returns a registry with the endpoints below a key prefix in etcd (etcd-keys.ts). It reads all keys once and watches
 * from the next revision on, so that no change is lost in between.
 * @param urls of the cluster's members: `http://127.0.0.1:2379`
 */
export function etcdRegistry(
  urls: readonly string[],
  { timeoutMs = 5_000, maxSilenceMs = WATCH_IDLE_TIMEOUT_MS }: EtcdOptions = {},
): Registry {
  const etcd = new EtcdGateway(urls, timeoutMs);
  return {
    name: etcd.name,
    async watch(address, report, signal) {
      const prefix = keyPrefix(calleeName(address));
      const range = { key: encode(prefix), range_end: encode(rangeEnd(prefix)) };
      const { header, kvs } = await etcd.request('kv/range', range, RANGE, signal);
      const values = new Map((kvs ?? []).map(({ key, value }) => [decode(key), decode(value ?? '')]));
      const reportAll = () =>
        report(createResponse([...values].map(([key, value]) => readEndpoint(key, value))));
      reportAll();

      const watch = { create_request: { ...range, start_revision: String(header.revision + 1n) } };
      for await (const { result } of etcd.stream('watch', watch, WATCH, maxSilenceMs, signal)) {
        // The revision was compacted: read all keys again.
        if (result.compact_revision != null) return;
        if (result.canceled)
          throw new Error(`${etcd.name} cancelled a watch: ${result.cancel_reason ?? 'no reason given'}`);
        const events = result.events ?? [];
        // Protobuf's JSON omits PUT, the zero value of the enum.
        for (const { type, kv } of events) {
          if (type === 'DELETE') values.delete(decode(kv.key));
          else values.set(decode(kv.key), decode(kv.value ?? ''));
        }
        if (events.length > 0) reportAll();
      }
    },
  };
}

/** Returns the first key after all keys with `prefix`, which ends with a slash. */
function rangeEnd(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}
