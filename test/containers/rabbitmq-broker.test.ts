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
  { password = rig.password, patienceMs = 120_000, publishMs = 6_000 } = {},
): Promise<RabbitmqBroker> {
  const given = rig.events(topic, ['notes']);
  if (given.broker !== 'rabbitmq') throw new Error('no RabbitMQ');
  const { log } = recordedLog();
  const config = { ...given, ...changes };
  return RabbitmqBroker.open({
    config,
    password,
    service: 'order',
    log,
    timeouts: { startTimeoutMs: patienceMs, publishTimeoutMs: publishMs },
  });
}

test('a wrong password and a virtual host that is not there are wrong settings, told at once', async () => {
  await expect(open('orders', {}, { password: 'guessed' })).rejects.toThrow(
    /events.user is 'weft': RabbitMQ at 127.0.0.1:\d+ rejects the user or password; .*secret events-password/,
  );
  await expect(open('orders', { vhost: 'none' })).rejects.toThrow(
    /events.vhost is 'none': RabbitMQ at 127.0.0.1:\d+ has no such virtual host for weft/,
  );
});

test('a broker that is not there, and a queue with other arguments', async () => {
  await expect(open('orders', { address: '127.0.0.1:1' }, { patienceMs: 0 })).rejects.toThrow(
    /cannot open topics with RabbitMQ at 127.0.0.1:1: .*; start the broker, or correct events.address/,
  );
  await expect(open('orders', { maxQueueLength: 7 }, { patienceMs: 0 })).rejects.toThrow(
    /406 \(PRECONDITION.FAILED\).* delete it once it is empty, or restore events.maxQueueLength/,
  );
});

test('a full queue refuses and says so; the outbox keeps the events, and their order', async () => {
  const stage = new Stage(rig);
  try {
    const broker = await open(stage.topic, { maxQueueLength: 3 });
    stage.onClose(() => broker.close());
    const store = await stage.store();
    const { log, lines } = recordedLog();
    const events = createEvents(stage.config, broker, log);
    for (const n of numbers(300)) await events.outbox.append(store, stage.event(n, `key-${n % 3}`));
    stage.run(events.outbox.relay(store));
    const told = /no room in a queue of topic '.*' \(it has 3 events\) within 6000 ms; check its consumer/;
    await stage.until(() => lines.some((line) => told.test(JSON.stringify(line))));
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

test('a broker that takes events and never confirms is given up after the stated time', async () => {
  const stage = new Stage(rig);
  try {
    const broker = await open(stage.topic, {}, { publishMs: 5_000 });
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

/** Whether one event waits for the group of a topic. */
async function holdsOne(topic: string): Promise<boolean> {
  const list = await rig.container.exec('rabbitmqctl', '--quiet', 'list_queues', 'name', 'messages');
  return new RegExp(`^${topic}.notes\\s+1$`, 'm').test(list);
}

test('a topic that somebody deletes is made anew, and its queues get what follows', async () => {
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

test('queues that somebody deletes are made anew before an event is taken', async () => {
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
