import { consulRegistry } from '../../../../services/kit/discovery/consul/consul-registry.ts';
import type { Endpoint } from '../../../../services/kit/discovery/discovery.ts';
import { fakeHttp, sendJson } from './fake-http.ts';
import { type FakeRegistry, TIMEOUT_MS } from './fake-registry.ts';

interface Instance {
  readonly ID: string;
  readonly Name: string;
  readonly Address: string;
  readonly Port: number;
  readonly Meta?: { readonly version?: string };
}

/** Fakes the part of a Consul agent's HTTP API that the adapter uses. */
export async function fakeConsul() {
  const instances = new Map<string, Instance>();
  const waiting = new Set<() => void>();
  const settings = { node: '', index: 100, reported: undefined as string | undefined };
  const changed = () => {
    settings.index++;
    for (const answer of waiting) answer();
    waiting.clear();
  };
  const http = await fakeHttp((request, body, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://consul');
    const [, , area = '', action = '', id = ''] = pathname.split('/').map(decodeURIComponent);
    if (area === 'health') {
      const answer = () => {
        const matches = [...instances.values()].filter(({ Name }) => Name === id);
        response.setHeader('x-consul-index', settings.reported ?? settings.index);
        sendJson(
          response,
          matches.map((Service) => ({ Node: { Address: settings.node }, Service })),
        );
      };
      if (Number(searchParams.get('index') ?? 0) < settings.index) answer();
      else {
        waiting.add(answer);
        const timer = setTimeout(answer, Number.parseInt(searchParams.get('wait') ?? '0', 10));
        response.on('close', () => {
          clearTimeout(timer);
          waiting.delete(answer);
        });
      }
      return;
    }
    if (action === 'service' && id === 'register') {
      const instance = JSON.parse(body) as Instance;
      instances.set(instance.ID, instance);
      changed();
    } else if (action === 'service') {
      const id = decodeURIComponent(pathname.split('/').at(-1) ?? '');
      if (!instances.delete(id)) response.statusCode = 404;
      changed();
    } else {
      const id = decodeURIComponent(pathname.split('/').at(-1) ?? '');
      if (!instances.has(id)) response.writeHead(404).write('Unknown check ID');
    }
    response.end();
  });
  const registryAt = (url: string, maxSilenceMs: number) =>
    consulRegistry(url, { timeoutMs: TIMEOUT_MS, maxSilenceMs });
  const fake: FakeRegistry = {
    http,
    registry: registryAt(http.url, TIMEOUT_MS + 850),
    registryAt,
    watches: () => waiting.size,
    set(endpoints) {
      instances.clear();
      for (const { host, port, version } of endpoints) {
        const ID = `product@${host}:${port}`;
        instances.set(ID, {
          ID,
          Name: 'product',
          Address: host,
          Port: port,
          ...(version && { Meta: { version } }),
        });
      }
      changed();
    },
  };
  return {
    ...fake,
    settings,
    members: (): readonly Endpoint[] =>
      [...instances.values()].map(({ Address, Port, Meta }) => ({ host: Address, port: Port, ...Meta })),
    forget: () => {
      instances.clear();
      changed();
    },
  };
}
