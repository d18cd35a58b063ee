import type { ServerResponse } from 'node:http';
import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import { endpointSliceRegistry } from '../../../../services/kit/discovery/kubernetes/endpoint-slice-registry.ts';
import { fakeHttp, sendJson } from './fake-http.ts';
import { type FakeRegistry, TIMEOUT_MS } from './fake-registry.ts';

export interface FakeEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean | null; readonly terminating?: boolean };
}

/** Creates an EndpointSlice of the Service `service`. */
export function slice(name: string, service: string, endpoints: readonly FakeEndpoint[], more: object = {}) {
  const version = /-(v\d+)$/.exec(service)?.[1];
  const labels = { app: 'product', 'kubernetes.io/service-name': service, ...(version && { version }) };
  return {
    metadata: { name, labels },
    addressType: 'IPv4',
    endpoints,
    ports: [
      { name: 'http-admin', port: 9_090 },
      { name: 'grpc', port: 50_051 },
    ],
    ...more,
  };
}
export type Slice = ReturnType<typeof slice>;

/** Fakes list and watch of an API server's EndpointSlices. */
export async function fakeKubernetes() {
  let slices = new Map<string, Slice>();
  const watches = new Set<ServerResponse>();
  const server = { version: 1_000, oldest: 0, token: 'first' };
  /** Past events by resource version, after which a watch may start. */
  const history = new Map<number, string>();
  const tokens: (string | undefined)[] = [];
  const send = (type: string, object: object) => {
    const line = `${JSON.stringify({ type, object })}\n`;
    history.set(server.version, line);
    for (const watch of watches) watch.write(line);
  };
  const versioned = (one: Slice) => ({
    ...one,
    metadata: { ...one.metadata, resourceVersion: String(++server.version) },
  });
  const setSlices = (next: readonly Slice[]) => {
    const before = slices;
    slices = new Map(next.map((one) => [one.metadata.name, one]));
    for (const [name, one] of slices) send(before.has(name) ? 'MODIFIED' : 'ADDED', versioned(one));
    for (const [name, one] of before) if (!slices.has(name)) send('DELETED', versioned(one));
  };
  const http = await fakeHttp((request, _body, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://kubernetes');
    tokens.push(request.headers.authorization);
    if (!searchParams.has('watch')) {
      const metadata = { resourceVersion: String(server.version) };
      sendJson(response, { metadata, items: [...slices.values()] });
    } else if (Number(searchParams.get('resourceVersion')) < server.oldest) {
      const object = { kind: 'Status', code: 410, message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
    } else {
      response.flushHeaders();
      for (const [version, line] of history)
        if (version > Number(searchParams.get('resourceVersion'))) response.write(line);
      watches.add(response.on('close', () => watches.delete(response)));
    }
  });
  const headers = () => ({ authorization: `Bearer ${server.token}` });
  const fake: FakeRegistry = {
    http,
    registry: endpointSliceRegistry({ url: http.url, headers }, { timeoutMs: TIMEOUT_MS }),
    watches: () => watches.size,
    registryAt: (url, maxSilenceMs) =>
      endpointSliceRegistry({ url, headers }, { timeoutMs: TIMEOUT_MS, maxSilenceMs }),
    set(endpoints) {
      const entry = ({ host }: Endpoint) => ({ addresses: host ? [host] : [''] });
      const byVersion = Map.groupBy(endpoints, ({ version }) => version);
      setSlices([
        ...[...byVersion].flatMap(([version, some]) =>
          version ? [slice(`product-${version}-x`, `product-${version}`, some.map(entry))] : [],
        ),
        slice('product-x', 'product', endpoints.map(entry)),
      ]);
    },
  };
  return {
    ...fake,
    server,
    tokens,
    setSlices,
    bookmark: () => send('BOOKMARK', { metadata: { resourceVersion: String(++server.version) } }),
    endWatches: () => {
      for (const watch of watches) watch.end();
    },
  };
}
