import { afterEach, expect, test } from '@jest/globals';
import { consulRegistry } from '../../../../services/kit/discovery/consul/consul-registry.ts';
import { etcdRegistry } from '../../../../services/kit/discovery/etcd/etcd-registry.ts';
import { endpointSliceRegistry } from '../../../../services/kit/discovery/kubernetes/endpoint-slice-registry.ts';
import type { Registry } from '../../../../services/kit/discovery/registry.ts';
import { eventually } from '../../../until.ts';
import { fakeHttp, sendJson } from './fake-http.ts';
import { pod } from './fake-registry.ts';
import { watchRegistry } from './watch-registry.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Sends the responses in turn, and leaves the request after the last one open. */
async function answering(
  answers: readonly (unknown | Stream)[],
  registry: (url: string) => Registry,
): Promise<ReturnType<typeof watchRegistry>> {
  let turn = 0;
  const http = await fakeHttp((_request, _body, response) => {
    if (turn >= answers.length) return;
    const answer = answers[turn++];
    response.setHeader('x-consul-index', turn);
    if (!(answer instanceof Stream)) return sendJson(response, answer);
    for (const line of answer.lines) response.write(`${JSON.stringify(line)}\n`);
  });
  closers.push(http.close);
  const registryWatch = watchRegistry(registry(http.url));
  closers.push(() => registryWatch.discovery.close());
  return registryWatch;
}

async function expectNothingThenPod({
  notifications,
  findLines,
}: ReturnType<typeof watchRegistry>): Promise<void> {
  await eventually(() => notifications.some((answer) => Array.isArray(answer)));
  expect(String(notifications[0])).toContain('has no endpoints for product');
  expect(notifications.at(-1)).toEqual([pod(1)]);
  expect(findLines('registry does not respond; keeping the last known endpoints')).toEqual([]);
}

/** A response that does not end. */
class Stream {
  readonly lines: readonly unknown[];

  constructor(...lines: readonly unknown[]) {
    this.lines = lines;
  }
}

const base64 = (value: string) => Buffer.from(value).toString('base64');

test('Consul: accepts null for instances and metadata', async () => {
  const { host, port } = pod(1);
  const instance = { Node: null, Service: { ID: 'a', Address: host, Port: port, Meta: null } };
  const registryWatch = await answering([null, [instance]], (url) => consulRegistry(url));
  await expectNothingThenPod(registryWatch);
});

test('etcd: accepts null for keys, events and the event type PUT', async () => {
  const kv = {
    key: base64('/weft/endpoints/product/10.0.0.1:50051'),
    value: base64(JSON.stringify({ ...pod(1), version: null })),
  };
  const watch = new Stream(
    { result: { events: null, canceled: null, compact_revision: null } },
    { result: { events: [{ type: null, kv }] } },
  );
  const answers = [{ header: { revision: '1' }, kvs: null }, watch];
  const registryWatch = await answering(answers, (url) => etcdRegistry([url]));
  await expectNothingThenPod(registryWatch);
});

test('Kubernetes: accepts null for slices, labels, endpoints, addresses and conditions', async () => {
  const slice = (name: string, rest: object) => ({
    type: 'ADDED',
    object: { metadata: { name, resourceVersion: '2', labels: null }, addressType: 'IPv4', ...rest },
  });
  const { host, port } = pod(1);
  const labels = { 'kubernetes.io/service-name': 'product' };
  const watch = new Stream(
    slice('a', { endpoints: null, ports: null }),
    slice('b', { endpoints: [{ addresses: null, conditions: null }], ports: [{ port: null }] }),
    slice('c', {
      metadata: { name: 'c', resourceVersion: null, labels },
      endpoints: [{ addresses: [host], conditions: null }],
      ports: [{ port }],
    }),
  );
  const answers = [{ metadata: { resourceVersion: '1' }, items: null }, watch];
  const server = (url: string) => endpointSliceRegistry({ url, headers: () => ({}) });
  const registryWatch = await answering(answers, server);
  await expectNothingThenPod(registryWatch);
});
