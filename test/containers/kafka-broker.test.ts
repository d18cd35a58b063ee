import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import type { AppKafkaEvents } from '../../mesh/policy/app-events.ts';
import { KafkaBroker } from '../../services/kit/events/kafka/kafka-broker.ts';
import { Stage } from '../services/kit/events/probes/stage.ts';
import { recordedLog } from '../services/kit/recorded-log.ts';
import { openKafkaRig } from './kafka-rig.ts';

let rig: Awaited<ReturnType<typeof openKafkaRig>>;
let kafka: Kafka;
beforeAll(async () => {
  rig = await openKafkaRig();
  kafka = new Kafka({
    brokers: [rig.container.address],
    sasl: { mechanism: 'plain', username: 'weft', password: rig.password },
    logLevel: logLevel.NOTHING,
  });
  // Waits until the broker answers.
  await (await open({})).close();
});
afterAll(() => rig?.close());

function open(
  changes: Partial<AppKafkaEvents>,
  { password = rig.password, patienceMs = 120_000, log = recordedLog().log } = {},
): Promise<KafkaBroker> {
  const given = rig.events('orders', []);
  if (given.broker !== 'kafka') throw new Error('no Kafka');
  const config = { ...given, ...changes };
  return KafkaBroker.open({
    config,
    password,
    service: 'order',
    log,
    timeouts: { startTimeoutMs: patienceMs },
  });
}

test('a topic is made with what the graph says of it, once, by whoever publishes to it', async () => {
  const topics = {
    made: { partitions: 3, replicationFactor: 1, minInSyncReplicas: 1, retention: '2h' },
  } as const;
  await (await open({ topics })).close();
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { topics: found } = await admin.fetchTopicMetadata({ topics: ['made'] });
    expect(found[0]?.partitions).toHaveLength(3);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: 'made', configNames: ['min.insync.replicas', 'retention.ms'] }],
    });
    const entries = resources[0]?.configEntries.map(({ configName, configValue }) => [
      configName,
      configValue,
    ]);
    expect(Object.fromEntries(entries ?? [])).toEqual({
      'min.insync.replicas': '1',
      'retention.ms': '7200000',
    });
  } finally {
    await admin.disconnect();
  }
  const { log, lines } = recordedLog();
  await (await open({ topics: { made: { ...topics.made, partitions: 6 } } }, { log })).close();
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'warn', topic: 'made', partitions: 3, wanted: 6 }),
  );
});

test('a wrong password is a wrong setting, told at once', async () => {
  await expect(open({}, { password: 'guessed' })).rejects.toThrow(
    /events.sasl.user is 'weft': Kafka at 127.0.0.1:\d+ rejects the user or password .*secret events-password/,
  );
});

test('a broker that is not there, and too few of them', async () => {
  await expect(open({ addresses: ['127.0.0.1:1'] }, { patienceMs: 0 })).rejects.toThrow(
    /cannot open topics .* with Kafka at 127.0.0.1:1: .*; start the broker, or correct events.addresses/,
  );
  const topics = {
    many: { partitions: 1, replicationFactor: 3, minInSyncReplicas: 2, retention: '1h' },
  } as const;
  await expect(open({ topics }, { patienceMs: 0 })).rejects.toThrow(
    'INVALID_REPLICATION_FACTOR: there are fewer brokers than replicas',
  );
});

test('a topic that is not there: who publishes is told, who consumes waits for it', async () => {
  const stage = new Stage(rig);
  try {
    const { log, lines } = recordedLog();
    const broker = await open({ topics: {}, consumes: ['missing'] }, { log });
    stage.onClose(() => broker.close());
    const event = { ...stage.event(1), topic: 'missing' };
    const told =
      'UNKNOWN_TOPIC_OR_PARTITION: the topic does not exist; start the service that publishes to it';
    await expect(broker.publish([event])).rejects.toThrow(told);
    const got: string[] = [];
    stage.run(
      broker.subscribe({
        topic: 'missing',
        group: 'notes',
        pool: await stage.store(),
        deliver: async ({ id }) => void got.push(id),
        deadLetterUnreadable: async () => {},
        deadLetterPoison: async () => {},
      }),
    );
    await stage.until(() => lines.some((line) => JSON.stringify(line).includes(told)));
    const topics = {
      missing: { partitions: 1, replicationFactor: 1, minInSyncReplicas: 1, retention: '1h' },
    } as const;
    await (await open({ topics })).close();
    await broker.publish([event]);
    await stage.until(() => got.includes(event.id));
  } finally {
    await stage.close();
  }
});

test('a publisher that gave up goes on once the broker answers', async () => {
  const stage = new Stage(rig);
  try {
    const { broker } = await stage.service();
    await broker.publish([stage.event(0)]);
    await rig.freeze();
    // Kept by the broker when it goes on, and answered to nobody.
    await expect(broker.publish([stage.event(1)])).rejects.toThrow(/no acknowledgement within|timed out/i);
    await rig.thaw();
    const store = await stage.store();
    const { events } = await stage.service();
    stage.consume(events, store);
    await broker.publish([stage.event(2)]);
    await stage.until(async () => (await stage.effects(store)).includes(2));
    expect((await stage.effects(store)).filter((n) => n !== 1)).toEqual([0, 2]);
  } finally {
    await stage.close();
  }
});
