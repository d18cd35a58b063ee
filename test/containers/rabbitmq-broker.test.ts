import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from 'amqplib';
import type { AppRabbitmqEvents } from '../../mesh/policy/app-events.ts';
import { createEvents } from '../../services/kit/events/create-events.ts';
import { RabbitmqBroker } from '../../services/kit/events/rabbitmq/rabbitmq-broker.ts';
import { numbers, Stage } from '../services/kit/events/probes/stage.ts';
import { recordedLog } from '../services/kit/recorded-log.ts';
import { openRabbitmqRig } from './rabbitmq-rig.ts';

let rig: Awaited<ReturnType<typeof openRabbitmqRig>>;
beforeAll(async () => {
  rig = await openRabbitmqRig();
  // Waits until the broker answers.
  await (await open('orders', {})).close();
});
afterAll(() => rig?.close());

function open(
  topic: string,
  changes: Partial<AppRabbitmqEvents>,
  { password = rig.password, startTimeoutMs = 120_000, publishTimeoutMs = 6_000 } = {},
): Promise<RabbitmqBroker> {
  const events = rig.events(topic, ['notes']);
  if (events.broker !== 'rabbitmq') throw new Error('the rig is not RabbitMQ');
  const { log } = recordedLog();
  const config = { ...events, ...changes };
  return RabbitmqBroker.open({
    config,
    password,
    service: 'order',
    log,
    timeouts: { startTimeoutMs, publishTimeoutMs },
  });
}

test('a wrong password and a missing virtual host are configuration errors without retries', async () => {
  await expect(open('orders', {}, { password: 'guessed' })).rejects.toThrow(
    /events.user is 'weft': RabbitMQ at 127.0.0.1:\d+ rejects the user or password; .*secret events-password/,
  );
  await expect(open('orders', { vhost: 'none' })).rejects.toThrow(
    /events.vhost is 'none': RabbitMQ at 127.0.0.1:\d+ has no such virtual host for weft/,
  );
});

test('an unreachable broker and a queue with other arguments are rejected with the fix', async () => {
  await expect(open('orders', { address: '127.0.0.1:1' }, { startTimeoutMs: 0 })).rejects.toThrow(
    /cannot open topics with RabbitMQ at 127.0.0.1:1: .*; start the broker, or correct events.address/,
  );
  await expect(open('orders', { maxQueueLength: 7 }, { startTimeoutMs: 0 })).rejects.toThrow(
    /406 \(PRECONDITION.FAILED\).* delete it once it is empty, or restore events.maxQueueLength/,
  );
});

test('a full queue rejects events, and the outbox keeps them in order', async () => {
  const stage = new Stage(rig);
  try {
    const broker = await open(stage.topic, { maxQueueLength: 3 });
    stage.onClose(() => broker.close());
    const store = await stage.store();
    const { log, lines } = recordedLog();
    const events = createEvents(stage.config, broker, log);
    for (const n of numbers(300)) await events.outbox.append(store, stage.event(n, `key-${n % 3}`));
    stage.run(events.outbox.relay(store));
    const message = /no room in a queue of topic '.*' \(it has 3 events\) within 6000 ms; check its consumer/;
    await stage.until(() => lines.some((line) => message.test(JSON.stringify(line))));
    expect(await stage.count(store, 'outbox')).toBe(300);
    stage.consume(events, store);
    await stage.until(async () => (await stage.count(store, 'effect')) >= 300);
    for (const key of numbers(3)) {
      expect(await stage.effects(store, `key-${key}`)).toEqual(numbers(100).map((n) => 3 * n + key));
    }
  } finally {
    await stage.close();
  }
});

test('publishing to a broker that never confirms fails after the timeout', async () => {
  const stage = new Stage(rig);
  try {
    const broker = await open(stage.topic, {}, { publishTimeoutMs: 5_000 });
    stage.onClose(() => broker.close());
    await broker.publish([stage.event(0)]);
    await rig.freeze();
    await expect(broker.publish([stage.event(1)])).rejects.toThrow('no confirm within 5000 ms');
    await rig.thaw();
    await broker.publish([stage.event(1)]);
  } finally {
    await stage.close();
  }
});

/** Whether the queue of the topic's group holds exactly one event. */
async function holdsOne(topic: string): Promise<boolean> {
  const list = await rig.container.exec('rabbitmqctl', '--quiet', 'list_queues', 'name', 'messages');
  return new RegExp(`^${topic}.notes\\s+1$`, 'm').test(list);
}

test('a deleted topic is created again, and its queues receive later events', async () => {
  const stage = new Stage(rig);
  try {
    const broker = await open(stage.topic, {});
    stage.onClose(() => broker.close());
    const connection = await connect(`amqp://weft:${rig.password}@${rig.container.address}`);
    stage.onClose(() => connection.close());
    const channel = await connection.createChannel();
    await channel.deleteExchange(stage.topic);
    await expect(broker.publish([stage.event(1)])).rejects.toThrow(
      /cannot publish to topic '.*' with RabbitMQ at .*: .*/,
    );
    await broker.publish([stage.event(1)]);
    await stage.until(() => holdsOne(stage.topic));
  } finally {
    await stage.close();
  }
});

test('deleted queues are created again before an event is accepted', async () => {
  const stage = new Stage(rig);
  try {
    const broker = await open(stage.topic, {});
    stage.onClose(() => broker.close());
    await broker.publish([stage.event(0)]);
    await rig.container.exec('rabbitmqctl', 'delete_queue', `${stage.topic}.notes`);
    await expect(broker.publish([stage.event(1)])).rejects.toThrow('are missing; redeclaring them');
    await broker.publish([stage.event(1)]);
    await stage.until(() => holdsOne(stage.topic));
  } finally {
    await stage.close();
  }
});
