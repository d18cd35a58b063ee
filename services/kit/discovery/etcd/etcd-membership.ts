import { z } from 'zod';
import type { RegistryMembership, ServiceInstance } from '../registration.ts';
import { EtcdGateway, encode } from './etcd-gateway.ts';
import { endpointKey, endpointValue } from './etcd-keys.ts';

/** Protobuf's JSON writes a 64-bit integer as a string. */
const int64 = z.union([z.string(), z.number()]).transform(String);

const GRANT = z.object({ ID: int64 });
const KEEPALIVE = z.object({ result: z.object({ TTL: int64.nullish() }) });

/**
 * Registers an instance as a key in etcd (etcd-keys.ts) under a lease, which expires unless it is renewed. Joining
 * again grants a new lease.
 * @param urls of the cluster's members: `http://127.0.0.1:2379`
 */
export function etcdMembership(urls: readonly string[], instance: ServiceInstance): RegistryMembership {
  const timeoutMs = instance.ttlMs / 3;
  const etcd = new EtcdGateway(urls, timeoutMs);
  let lease: string | undefined;
  return {
    registry: etcd.name,
    async join(signal) {
      const ttl = { TTL: String(Math.ceil(instance.ttlMs / 1_000)) };
      lease = (await etcd.request('lease/grant', ttl, GRANT, signal)).ID;
      const key = encode(endpointKey(instance.service, instance));
      const value = encode(endpointValue(instance));
      await etcd.request('kv/put', { key, value, lease }, z.unknown(), signal);
    },
    async renew(signal) {
      // The first message of the stream is enough.
      const stream = etcd.stream('lease/keepalive', { ID: lease }, KEEPALIVE, timeoutMs, signal);
      for await (const { result } of stream) return (result.TTL ?? '0') !== '0';
      throw new Error(`${etcd.name} did not respond to the renewal of lease ${lease}`);
    },
    async leave(signal) {
      if (lease === undefined) return;
      await etcd.request('lease/revoke', { ID: lease }, z.unknown(), signal);
      lease = undefined;
    },
  };
}
