import { expect, test } from '@jest/globals';
import type { BrokerContainer } from '../../../../../scripts/lab/brokers/broker-container.ts';
import { createContainerBroker } from '../../../../../scripts/lab/chaos/local/container-broker.ts';

const { signal } = new AbortController();

/** Creates a broker that records its operations. @param failedPolls number of polls until it serves for the first time */
function createRecorder(failedPolls = 0) {
  const operations: string[] = [];
  const record = (name: string) => async () => void operations.push(name);
  const container = {
    kill: record('kill'),
    start: record('start'),
    freeze: record('freeze'),
    thaw: record('thaw'),
    remove: record('remove'),
  } as unknown as BrokerContainer;
  let remainingPolls = failedPolls;
  const broker = createContainerBroker({
    kind: 'kafka',
    container,
    address: '127.0.0.1:9092',
    async isServing() {
      operations.push('poll');
      return remainingPolls-- <= 0;
    },
    grantAccess: record('grant'),
    events: async () => [
      { id: 'a', orderId: 'x', kind: 'placed' },
      { id: 'b', orderId: 'x', kind: 'confirmed' },
      { id: 'a', orderId: 'x', kind: 'placed' },
    ],
  });
  return { broker, operations };
}

test('grants access once the broker serves clients', async () => {
  const { broker, operations } = createRecorder(1);
  await broker.grantAccess({ read: async () => '' });
  expect(operations).toEqual(['poll', 'poll', 'grant']);
});

test('injects a fault after the previous one is over', async () => {
  const { broker, operations } = createRecorder(1);
  await broker.kill();
  await broker.freeze(1, signal);
  await (await broker.kill()).completion;
  expect(operations.join(' ')).toBe('kill start poll poll freeze thaw kill start poll');
});

test('ends a freeze when the run stops', async () => {
  const { broker, operations } = createRecorder();
  const stop = new AbortController();
  const { completion: over } = await broker.freeze(3_600_000, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(over).rejects.toThrow();
  expect(operations).toEqual(['freeze', 'thaw']);
});

test('keeps the first of two events with the same id', async () => {
  const { broker } = createRecorder();
  expect((await broker.events()).map(({ id }) => id)).toEqual(['a', 'b']);
});
