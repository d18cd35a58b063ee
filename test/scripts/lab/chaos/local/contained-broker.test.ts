import { expect, test } from '@jest/globals';
import type { BrokerContainer } from '../../../../../scripts/lab/brokers/broker-container.ts';
import { containedBroker } from '../../../../../scripts/lab/chaos/local/contained-broker.ts';

const { signal } = new AbortController();

/** A broker that writes down what is done to it. @param looks how often it does not serve yet, each time that it is looked at */
function recorded(looks = 0) {
  const did: string[] = [];
  const act = (name: string) => async () => void did.push(name);
  const container = {
    kill: act('kill'),
    start: act('start'),
    freeze: act('freeze'),
    thaw: act('thaw'),
    remove: act('remove'),
  } as unknown as BrokerContainer;
  let left = looks;
  const broker = containedBroker({
    kind: 'kafka',
    container,
    address: '127.0.0.1:9092',
    async serves() {
      did.push('look');
      return left-- <= 0;
    },
    admit: act('admit'),
    events: async () => [
      { id: 'a', orderId: 'x', kind: 'placed' },
      { id: 'b', orderId: 'x', kind: 'confirmed' },
      { id: 'a', orderId: 'x', kind: 'placed' },
    ],
  });
  return { broker, did };
}

test('services are let in once it serves', async () => {
  const { broker, did } = recorded(1);
  await broker.admit({ read: async () => '' });
  expect(did).toEqual(['look', 'look', 'admit']);
});

test('what is done to it waits until what was done before is over', async () => {
  const { broker, did } = recorded(1);
  await broker.kill();
  await broker.freeze(1, signal);
  await (await broker.kill()).over;
  expect(did.join(' ')).toBe('kill start look look freeze thaw kill start look');
});

test('a freeze ends when the run is stopped', async () => {
  const { broker, did } = recorded();
  const stop = new AbortController();
  const { over } = await broker.freeze(3_600_000, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(over).rejects.toThrow();
  expect(did).toEqual(['freeze', 'thaw']);
});

test('an event that it was given twice counts once, where it came first', async () => {
  const { broker } = recorded();
  expect((await broker.events()).map(({ id }) => id)).toEqual(['a', 'b']);
});
