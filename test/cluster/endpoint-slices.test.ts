import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { kubectl, kubectlCommand } from '../../scripts/operate/cluster/kubectl.ts';
import type { Endpoint } from '../../services/kit/discovery/discovery.ts';
import { inClusterApiServer } from '../../services/kit/discovery/kubernetes/api-server.ts';
import { endpointSliceRegistry } from '../../services/kit/discovery/kubernetes/endpoint-slice-registry.ts';
import { registryDiscovery } from '../../services/kit/discovery/registry-discovery.ts';
import { requestJson } from '../../services/kit/discovery/registry-request.ts';
import { recordedLog } from '../services/kit/recorded-log.ts';
import { until } from '../until.ts';
import { sleepers } from './endpoint-slice-objects.ts';
import { kubectlJson } from './kubectl-json.ts';
import { serviceImage } from './pods.ts';
import { serviceAccount } from './service-account.ts';

const namespace = `weft-slices-${randomUUID().slice(0, 8)}`;
const ADDRESS = `product.${namespace}.svc.cluster.local:50051`;
let proxy: ChildProcess;
let url: string;

beforeAll(async () => {
  await kubectl(['create', 'namespace', namespace]);
  const input = JSON.stringify(sleepers(await serviceImage(), { v1: 2, v2: 1 }));
  await kubectl(['apply', `--namespace=${namespace}`, '--filename=-'], { input });
  const [program, ...words] = kubectlCommand(['proxy', '--port=0']);
  proxy = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!proxy.stdout) throw new Error('kubectl proxy has no output');
  const [line] = await once(createInterface({ input: proxy.stdout }), 'line');
  url = `http://${String(line).split(' ').at(-1)}`;
});
afterAll(async () => {
  proxy?.kill();
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
});

/** Returns the addresses of the ready pods, each with its version. */
async function readyPods(): Promise<readonly string[]> {
  const { items } = await kubectlJson<{ items: readonly Pod[] }>(['get', 'pods', `--namespace=${namespace}`]);
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ status }) => status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'))
    .map(({ metadata, status }) => `${status.podIP}:50051 ${metadata.labels.version}`)
    .toSorted();
}

interface Pod {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

test('a service account with the Role of the graph can read endpoints over TLS, and nothing else', async () => {
  const { folder, variables } = await serviceAccount(namespace);
  const server = inClusterApiServer(variables, folder);
  const discovery = registryDiscovery(endpointSliceRegistry(server), recordedLog().log);
  try {
    const firstEndpoints = Promise.withResolvers<readonly Endpoint[]>();
    // An error is reported until the first pod is ready.
    discovery.watch(ADDRESS, { onEndpoints: firstEndpoints.resolve, onError: () => {} });
    expect((await firstEndpoints.promise).length).toBeGreaterThan(0);
    const { signal } = new AbortController();
    const request = { ...server, headers: server.headers(), signal, timeoutMs: 10_000 };
    for (const path of [
      `/api/v1/namespaces/${namespace}/secrets`,
      '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices',
    ]) {
      const response = requestJson(`${server.url}${path}`, z.unknown(), request);
      await expect(response).rejects.toMatchObject({ status: 403 });
    }
  } finally {
    discovery.close();
    await rm(folder, { recursive: true });
  }
});

test('the list follows the ready pods of each version across watches', async () => {
  const { log, lines } = recordedLog();
  // Watches are short, so that most changes happen between two of them.
  const registry = endpointSliceRegistry({ url, headers: () => ({}) }, { maxSilenceMs: 2_000 });
  const discovery = registryDiscovery(registry, log);
  let endpointLines: readonly string[] = [];
  const onEndpoints = (endpoints: readonly Endpoint[]) => {
    endpointLines = endpoints.map(({ host, port, version }) => `${host}:${port} ${version}`);
  };
  discovery.watch(ADDRESS, { onEndpoints, onError: () => {} });
  const follows = (count: number) =>
    until(
      `${count} pods are ready and in the list`,
      async () =>
        endpointLines.length === count &&
        JSON.stringify(endpointLines.toSorted()) === JSON.stringify(await readyPods()),
      { lastState: () => endpointLines },
    );
  const scale = (version: string, replicas: number) =>
    kubectl(['scale', `deployment/product-${version}`, `--replicas=${replicas}`, `--namespace=${namespace}`]);
  try {
    await follows(3);
    await scale('v1', 3);
    await follows(4);
    await scale('v2', 0);
    await follows(3);
    expect(endpointLines.every((one) => one.endsWith(' v1'))).toBe(true);
    await scale('v1', 1);
    await scale('v2', 2);
    await follows(3);
    expect(endpointLines.filter((one) => one.endsWith(' v2'))).toHaveLength(2);
    expect(lines.filter(({ message }) => message.startsWith('registry does not respond'))).toEqual([]);
  } finally {
    discovery.close();
  }
});
