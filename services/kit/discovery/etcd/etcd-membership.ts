import { z } from 'zod';
import type { Instance, Membership } from '../membership.ts';
import { EtcdGateway, encode } from './etcd-gateway.ts';
import { endpointKey, endpointValue } from './etcd-keys.ts';

/** A 64-bit integer is a string in protobuf's JSON. */
const int64 = z.union([z.string(), z.number()]).transform(String);

const GRANTED = z.object({ ID: int64 });
const KEPT = z.object({ result: z.object({ TTL: int64.nullish() }) });

/**
 * A key of its own in etcd (etcd-keys.ts), under a lease that ends unless it is renewed. A lease that etcd does not know
 * any more is replaced by another.
 * @param urls of the cluster's members: `http://127.0.0.1:2379`
 */
export function etcdMembership(urls: readonly string[], instance: Instance): Membership {
  const timeoutMs = instance.ttlMs / 3;
  const etcd = new EtcdGateway(urls, timeoutMs);
  let lease: string | undefined;
  return {
    registry: etcd.name,
    async join(signal) {
      const ttl = { TTL: String(Math.ceil(instance.ttlMs / 1_000)) };
      lease = (await etcd.ask('lease/grant', ttl, GRANTED, signal)).ID;
      const key = encode(endpointKey(instance.service, instance));
      const value = encode(endpointValue(instance));
      await etcd.ask('kv/put', { key, value, lease }, z.unknown(), signal);
    },
    async renew(signal) {
      // One answer is all that is wanted of this stream.
      for await (const { result } of etcd.stream('lease/keepalive', { ID: lease }, KEPT, timeoutMs, signal))
        return (result.TTL ?? '0') !== '0';
      throw new Error(`${etcd.name} did not say whether lease ${lease} goes on`);
    },
    async leave(signal) {
      if (lease === undefined) return;
      await etcd.ask('lease/revoke', { ID: lease }, z.unknown(), signal);
      lease = undefined;
    },
  };
}
