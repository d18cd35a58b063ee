import type { ServerResponse } from 'node:http';
import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import { decode, encode } from '../../../../services/kit/discovery/etcd/etcd-gateway.ts';
import { endpointKey, endpointValue } from '../../../../services/kit/discovery/etcd/etcd-keys.ts';
import { etcdRegistry } from '../../../../services/kit/discovery/etcd/etcd-registry.ts';
import { fakeHttp, sendJson } from './fake-http.ts';
import { type FakeRegistry, TIMEOUT_MS } from './fake-registry.ts';

interface Kv {
  readonly value: string;
  readonly lease?: string;
}

/** Fakes the part of etcd's JSON gateway that the adapter uses. */
export async function fakeEtcd() {
  const keys = new Map<string, Kv>();
  const leases = new Set<string>();
  const watches = new Set<ServerResponse>();
  /** Past events by revision, from which a watch may start. */
  const history = new Map<number, string>();
  let revision = 10;
  let compacted = 0;
  const send = (type: 'PUT' | 'DELETE', key: string, value = '') => {
    revision++;
    // Protobuf's JSON omits the first member of an enum.
    const event = {
      ...(type === 'DELETE' && { type }),
      kv: { key: encode(key), ...(value && { value: encode(value) }) },
    };
    const line = `${JSON.stringify({ result: { events: [event] } })}\n`;
    history.set(revision, line);
    for (const watch of watches) watch.write(line);
  };
  const put = (key: string, kv: Kv) => {
    keys.set(key, kv);
    send('PUT', key, kv.value);
  };
  const remove = (key: string) => {
    if (keys.delete(key)) send('DELETE', key);
  };
  const revoke = (lease: string) => {
    leases.delete(lease);
    for (const [key, kv] of keys) if (kv.lease === lease) remove(key);
  };
  const http = await fakeHttp((request, body, response) => {
    const path = request.url?.replace('/v3/', '');
    const query = JSON.parse(body);
    if (path === 'kv/range') {
      const prefix = decode(query.key);
      const entries = [...keys].filter(([key]) => key.startsWith(prefix));
      const kvs = entries.map(([key, { value }]) => ({ key: encode(key), value: encode(value) }));
      sendJson(response, { header: { revision: String(revision) }, ...(kvs.length > 0 && { kvs }) });
    } else if (path === 'watch') {
      response.write('{"result":{"created":true}}\n');
      if (Number(query.create_request.start_revision) <= compacted) {
        const end = { canceled: true, compact_revision: String(compacted) };
        response.end(`${JSON.stringify({ result: end })}\n`);
      } else {
        for (const [at, line] of history)
          if (at >= Number(query.create_request.start_revision)) response.write(line);
        watches.add(response.on('close', () => watches.delete(response)));
      }
    } else if (path === 'lease/grant') {
      const ID = String(7_587_000 + revision++);
      leases.add(ID);
      sendJson(response, { ID, TTL: query.TTL });
    } else if (path === 'lease/keepalive') {
      sendJson(response, { result: { ID: query.ID, ...(leases.has(query.ID) && { TTL: '10' }) } });
    } else if (path === 'kv/put') {
      put(decode(query.key), { value: decode(query.value), lease: query.lease });
      sendJson(response, {});
    } else if (path === 'lease/revoke') {
      revoke(query.ID);
      sendJson(response, {});
    }
  });
  const fake: FakeRegistry = {
    http,
    registry: etcdRegistry([http.url], { timeoutMs: TIMEOUT_MS }),
    watches: () => watches.size,
    registryAt: (url, maxSilenceMs) => etcdRegistry([url], { timeoutMs: TIMEOUT_MS, maxSilenceMs }),
    set(endpoints) {
      const values = new Map(endpoints.map((one) => [endpointKey('product', one), endpointValue(one)]));
      for (const [key, value] of values) if (keys.get(key)?.value !== value) put(key, { value });
      for (const key of keys.keys()) if (!values.has(key)) remove(key);
    },
  };
  return {
    ...fake,
    put,
    members: (): readonly Endpoint[] => [...keys.values()].map(({ value }) => JSON.parse(value)),
    forget: () => {
      for (const lease of leases) revoke(lease);
    },
    /** Compacts the history, and cancels all watches as outdated. */
    compact: () => {
      compacted = ++revision;
      for (const watch of watches)
        watch.end(`${JSON.stringify({ result: { canceled: true, compact_revision: String(compacted) } })}\n`);
      // A response is closed only later, and an ended one must not receive further events.
      watches.clear();
    },
  };
}
