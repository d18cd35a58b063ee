import { afterEach, describe, expect, test } from '@jest/globals';
import { applyObjects } from '../../../../scripts/operate/cluster/apply-manifests.ts';
import { readGatewayAddress } from '../../../../scripts/operate/cluster/gateway-address.ts';
import { listKindClusters } from '../../../../scripts/operate/cluster/kind-clusters.ts';
import { loadImages } from '../../../../scripts/operate/cluster/load-images.ts';
import { makeSecrets, readSecret } from '../../../../scripts/operate/cluster/make-secrets.ts';
import { measureMemory } from '../../../../scripts/operate/cluster/memory.ts';
import { findOutdatedProxies } from '../../../../scripts/operate/cluster/outdated-proxies.ts';
import {
  describeUnreadyPods,
  findFailingPods,
  isReady,
  listShopPods,
} from '../../../../scripts/operate/cluster/pod-report.ts';
import { readRelease } from '../../../../scripts/operate/cluster/release.ts';
import { readRolloutProgress } from '../../../../scripts/operate/cluster/rollout.ts';
import { startServingKubectl } from '../../../../scripts/operate/cluster/serving-kubectl.ts';
import { PROXY_ROUTES } from '../../../../scripts/operate/rollout/routes.ts';
import { Tally } from '../../../../scripts/operate/rollout/tally.ts';
import type { ProgramOptions } from '../../../../scripts/process/run-program.ts';
import { type Recorded, type StandIn, standIn } from '../../../stand-in.ts';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } };

let programs: StandIn | undefined;
afterEach(() => programs?.remove());

async function recordedPrograms(
  answers: Readonly<Record<string, readonly Recorded[]>>,
): Promise<ProgramOptions> {
  programs = await standIn(answers);
  return programs.options;
}

const json = (value: unknown): Recorded => ({ stdout: JSON.stringify(value) });

test.each([
  ['an autoscaler chooses count as unchanged', {}, []],
  ['the manifest states count as changed', { replicas: 2 }, ['Deployment shop/a']],
])('counts replicas correctly: those that %s', async (_, spec, changed) => {
  const metadata = { name: 'a', namespace: 'shop' };
  const deployment = (more: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: more });
  const options = await recordedPrograms({
    kubectl: [{ when: 'get', ...json(deployment({ replicas: 3 })) }, json(deployment({ replicas: 2 }))],
  });
  expect(await applyObjects([deployment(spec)], options)).toMatchObject({ created: [], changed });
});

describe('reads null and missing fields of Go as empty lists and maps', () => {
  test.each([
    ['an image without a tag', [{ status: { images: [{ names: null }, { names: ['x/weft/order:2'] }] } }]],
    ['a node without images', [{ status: { images: null } }]],
    ['a new node', [{ status: {} }]],
    ['a node without a status', [{ status: null }]],
  ])('for %s', async (_, items) => {
    const options = await recordedPrograms({
      kubectl: [json({ items })],
      docker: [{ stdout: '0123' }],
      kind: [{}],
    });
    expect(await loadImages(['weft/order:1'], () => {}, options)).toEqual(['weft/order:1']);
  });

  test('does not load images that a node has, whatever other images it has', async () => {
    const images = [{ names: null }, { names: ['docker.io/weft/order:1'], sizeBytes: 5 }, {}];
    const options = await recordedPrograms({ kubectl: [json({ items: [{ status: { images } }] })] });
    expect(await loadImages(['weft/order:1'], () => {}, options)).toEqual([]);
  });

  test.each([null, []])('for a cluster with items %j', async (items) => {
    const options = await recordedPrograms({
      kubectl: [{ ...json({ kind: 'List', items }) }],
      istioctl: [json({ resources: items })],
    });
    expect(await listShopPods(options)).toEqual([]);
    expect(await findFailingPods(options)).toEqual([]);
    expect(await describeUnreadyPods(options)).toBe('');
    expect(await readRolloutProgress('deployments', options)).toEqual([]);
    expect(await findOutdatedProxies(options)).toEqual([]);
    expect(await measureMemory(options)).toEqual({ pods: 0, requestedMiB: 0, actualMiB: 0 });
    expect(await makeSecrets([], options)).toEqual([]);
    expect(await applyObjects([CONFIG_MAP], options)).toMatchObject({ created: [], changed: [] });
    expect(await (await Tally.start('product', 50_051, options)).read()).toEqual(new Map());
  });

  test.each([{}, null, { containerStatuses: null, initContainerStatuses: null, phase: 'Pending' }])(
    'for an unscheduled pod with status %j',
    async (status) => {
      const metadata = { name: 'a', labels: null, creationTimestamp: null };
      const options = await recordedPrograms({
        kubectl: [
          { when: 'get events', stdout: '' },
          {
            when: 'stats/summary',
            ...json({ pods: [{ podRef: { name: 'a', namespace: 'shop' }, containers: null }] }),
          },
          { when: '/api/v1/nodes', ...json({ items: [{ metadata: { name: 'node' } }] }) },
          json({ items: [{ metadata, spec: { containers: null, initContainers: null }, status }] }),
        ],
      });
      expect((await listShopPods(options)).map(isReady)).toEqual([false]);
      expect(await describeUnreadyPods(options)).toBe('\npod a: Pending');
      expect(await measureMemory(options)).toEqual({ pods: 1, requestedMiB: 0, actualMiB: 0 });
    },
  );

  test('for a new workload', async () => {
    const workload = { kind: 'Deployment', metadata: { name: 'a', generation: 1 }, spec: {}, status: null };
    const options = await recordedPrograms({ kubectl: [json({ items: [workload] })] });
    expect(await readRolloutProgress('deployments', options)).toEqual([
      { name: 'a', ready: 0, desired: 1, isComplete: false },
    ]);
  });

  test('for a failing pod without an owner, and a ReplicaSet without labels', async () => {
    const state = { waiting: { reason: 'ImagePullBackOff', message: null }, terminated: null };
    const pod = {
      metadata: { name: 'a', labels: { 'pod-template-hash': 'x' } },
      status: { containerStatuses: [{ name: 'a', ready: false, state }] },
    };
    const metadata = { labels: null, annotations: null, ownerReferences: null };
    const options = await recordedPrograms({
      kubectl: [{ when: 'get replicasets', ...json({ items: [{ metadata }] }) }, json({ items: [pod] })],
    });
    expect(await findFailingPods(options)).toEqual([]);
  });

  test('for a Secret, a Service and a proxy', async () => {
    const options = await recordedPrograms({
      kubectl: [
        { when: 'get secrets', ...json({ items: [{ metadata: { name: 'seed' }, data: null }] }) },
        { when: 'get service', ...json({ metadata: { annotations: null } }) },
      ],
      istioctl: [json({ resources: [{ node: { id: 'a' }, genericXdsConfigs: null }] })],
    });
    await expect(readSecret({ secret: 'seed', key: 'x' }, options)).rejects.toThrow(
      'Secret shop/seed with key x does not exist; create it with npm run kind:up',
    );
    await expect(readGatewayAddress(options)).rejects.toThrow('install Istio with npm run kind:up');
    expect(await findOutdatedProxies(options)).toEqual([]);
    expect(PROXY_ROUTES.parse(null)).toEqual([]);
  });

  test('ignores fields of other versions', async () => {
    const node = { id: 'a', locality: {} };
    const status = [{ typeUrl: 'x', configStatus: 'SYNCED', isNew: [null] }];
    const options = await recordedPrograms({
      istioctl: [json({ next: 1, resources: [{ node, genericXdsConfigs: status, other: null }] })],
    });
    expect(await findOutdatedProxies(options)).toEqual([]);
  });
});

const READERS: Readonly<Record<string, readonly [(options: ProgramOptions) => Promise<unknown>, string]>> = {
  loadImages: [(options) => loadImages(['weft/order:1'], () => {}, options), 'get nodes --output=json'],
  shopPods: [listShopPods, 'get pods --namespace=shop --output=json'],
  shopMemory: [measureMemory, 'get pods --namespace=shop --output=json'],
  rolloutProgress: [
    (options) => readRolloutProgress('deployments', options),
    'get deployments --namespace=shop',
  ],
  readSecret: [(options) => readSecret({ secret: 'a', key: 'b' }, options), 'get secrets --namespace=shop'],
  readRelease: [readRelease, 'get configmap weft-release'],
  gatewayAddress: [readGatewayAddress, 'get service istio-ingressgateway'],
  applyObjects: [(options) => applyObjects([CONFIG_MAP], options), 'get --ignore-not-found --filename=-'],
  outdatedProxies: [findOutdatedProxies, 'proxy-status --output json'],
};
const TOOL = /^(kubectl|istioctl) .*/;

describe.each(Object.entries(READERS))('%s', (_, [read, command]) => {
  test.each([
    ['<html>\n<body>Sign in', /: the text is not JSON: it begins with '<html> <body>Sign in'|is not JSON;/],
    ['{"items":[{"metadata":{"name":"a"', /: the text is not JSON: it is truncated after 33 characters/],
    ['{"items" 1}', /: the text is not JSON: it is malformed at character 9/],
    ['"done"', /: the value is (the string 'done'|a string), expected an object/],
  ])('names the command when it prints %j', async (stdout, problem) => {
    const answers = [{ stdout }];
    const options = await recordedPrograms({ kubectl: answers, istioctl: answers });
    const error: Error = await read(options).then(
      () => new Error('was read'),
      (reason) => reason,
    );
    expect(error).toMatchObject({ name: 'ResponseError', message: expect.stringMatching(TOOL) });
    expect(error.message).toContain(command);
    expect(error.message).toMatch(problem);
    expect(error.message).toMatch(
      /; run the command to see the whole output, and check the version of \w+ctl$/,
    );
  });
});

describe('names the field that does not match', () => {
  test.each([
    [listShopPods, { items: 'none' }, "items is the string 'none', expected a list"],
    [
      listShopPods,
      { items: [{ metadata: { name: 7 } }] },
      'items[0].metadata.name is the number 7, expected a string',
    ],
    [listShopPods, { items: [{}] }, 'items[0].metadata is missing, expected an object'],
    [
      listShopPods,
      { items: [{ metadata: { name: 'a', labels: { 'app.k8s/x': 1 } } }] },
      'items[0].metadata.labels["app.k8s/x"] is the number 1, expected a string',
    ],
    [
      (options: ProgramOptions) => applyObjects([CONFIG_MAP], options),
      { kind: 'List', items: [{ ...CONFIG_MAP, metadata: null }] },
      'items[0].metadata is null, expected an object',
    ],
    [
      (options: ProgramOptions) => readSecret({ secret: 'a', key: 'b' }, options),
      { items: [{ metadata: { name: 'a' }, data: { b: 12_345 } }] },
      'items[0].data.b is a number, expected a string',
    ],
  ])('%#', async (read, answer, message) => {
    const options = await recordedPrograms({ kubectl: [json(answer)] });
    await expect(read(options)).rejects.toThrow(message);
  });
});

describe('a tool that does not respond', () => {
  test('is named if it prints nothing', async () => {
    const options = await recordedPrograms({ kubectl: [{}] });
    await expect(listShopPods(options)).rejects.toThrow(
      'kubectl --context=kind-weft get pods --namespace=shop --output=json: the text is empty, expected JSON',
    );
  });

  test('is quoted if it fails, also with a message in JSON', async () => {
    const status = { kind: 'Status', status: 'Failure', message: 'nodes is forbidden', code: 403 };
    const options = await recordedPrograms({
      kubectl: [{ ...json(status), code: 1 }],
      kind: [{ stderr: 'no docker\n', code: 1 }],
    });
    await expect(listShopPods(options)).rejects.toThrow(/--output=json\nnodes is forbidden$/);
    await expect(listKindClusters(options)).rejects.toThrow('kind get clusters\nno docker');
  });

  test('is killed after its timeout, even if it ignores SIGTERM', async () => {
    const options = await recordedPrograms({ kubectl: [{ hangs: true }] });
    await expect(listShopPods({ ...options, timeoutMs: 50 })).rejects.toThrow(
      'get pods --namespace=shop --output=json: no exit within 0.05 s; run it to see what it waits for',
    );
  });

  test('is killed if it does not print its port in time', async () => {
    const { variables } = await recordedPrograms({ kubectl: [{ hangs: true }] });
    const serving = startServingKubectl(['proxy'], 'no proxy', {
      timeoutMs: 50,
      ...(variables && { variables }),
    });
    await expect(serving).rejects.toThrow('no proxy: kubectl did not print its port within 0.05 s');
  });

  test('is named with a fix if it is not installed', async () => {
    const PATH = '/nowhere';
    await expect(listShopPods({ variables: { PATH } })).rejects.toThrow('kubectl is not found: install it');
  });
});
