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
  { password = rig.password, startTimeoutMs = 120_000, log = recordedLog().log } = {},
): Promise<KafkaBroker> {
  const events = rig.events('orders', []);
  if (events.broker !== 'kafka') throw new Error('the rig is not Kafka');
  const config = { ...events, ...changes };
  return KafkaBroker.open({
    config,
    password,
    service: 'order',
    log,
    timeouts: { startTimeoutMs },
  });
}

test('a publisher creates a topic once, with the settings of the graph', async () => {
  const topics = {
    created: { partitions: 3, replicationFactor: 1, minInSyncReplicas: 1, retention: '2h' },
  } as const;
  await (await open({ topics })).close();
  const admin = kafka.admin();
  await admin.connect();
  try {
    const { topics: metadata } = await admin.fetchTopicMetadata({ topics: ['created'] });
    expect(metadata[0]?.partitions).toHaveLength(3);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: 'created', configNames: ['min.insync.replicas', 'retention.ms'] }],
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
  await (await open({ topics: { created: { ...topics.created, partitions: 6 } } }, { log })).close();
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'warn', topic: 'created', partitions: 3, declared: 6 }),
  );
});

test('a wrong password is a configuration error without retries', async () => {
  await expect(open({}, { password: 'guessed' })).rejects.toThrow(
    /events.sasl.user is 'weft': Kafka at 127.0.0.1:\d+ rejects the user or password .*secret events-password/,
  );
});

test('an unreachable broker and an insufficient number of brokers are rejected with the fix', async () => {
  await expect(open({ addresses: ['127.0.0.1:1'] }, { startTimeoutMs: 0 })).rejects.toThrow(
    /cannot open topics .* with Kafka at 127.0.0.1:1: .*; start the broker, or correct events.addresses/,
  );
  const topics = {
    many: { partitions: 1, replicationFactor: 3, minInSyncReplicas: 2, retention: '1h' },
  } as const;
  await expect(open({ topics }, { startTimeoutMs: 0 })).rejects.toThrow(
    'INVALID_REPLICATION_FACTOR: there are fewer brokers than replicas',
  );
});

test('a missing topic is an error for a publisher, and a consumer waits until it is created', async () => {
  const stage = new Stage(rig);
  try {
    const { log, lines } = recordedLog();
    const broker = await open({ topics: {}, consumes: ['missing'] }, { log });
    stage.onClose(() => broker.close());
    const event = { ...stage.event(1), topic: 'missing' };
    const message =
      'UNKNOWN_TOPIC_OR_PARTITION: the topic does not exist; start the service that publishes to it';
    await expect(broker.publish([event])).rejects.toThrow(message);
    const deliveredIds: string[] = [];
    stage.run(
      broker.subscribe({
        topic: 'missing',
        group: 'notes',
        pool: await stage.store(),
        deliver: async ({ id }) => void deliveredIds.push(id),
        deadLetterUnreadable: async () => {},
        deadLetterPoison: async () => {},
      }),
    );
    await stage.until(() => lines.some((line) => JSON.stringify(line).includes(message)));
    const topics = {
      missing: { partitions: 1, replicationFactor: 1, minInSyncReplicas: 1, retention: '1h' },
    } as const;
    await (await open({ topics })).close();
    await broker.publish([event]);
    await stage.until(() => deliveredIds.includes(event.id));
  } finally {
    await stage.close();
  }
});

test('a publisher continues after a timeout once the broker responds again', async () => {
  const stage = new Stage(rig);
  try {
    const { broker } = await stage.service();
    await broker.publish([stage.event(0)]);
    await rig.freeze();
    // The broker stores the event once it resumes, but the acknowledgement has no recipient anymore.
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
