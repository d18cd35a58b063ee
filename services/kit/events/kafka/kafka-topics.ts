import type { Admin, ITopicConfig } from 'kafkajs';
import type { KafkaTopic } from '../../../../mesh/policy/app-events.ts';
import { milliseconds } from '../../../../mesh/policy/duration.ts';
import type { Log } from '../../telemetry/log.ts';

type Topics = Readonly<Record<string, KafkaTopic>>;

/**
 * Creates missing topics. Only logs an existing topic with another number of partitions: a change would move keys to
 * other partitions, and so reorder their events.
 * @throws KafkaJSError when the brokers refuse
 */
export async function ensureTopics(admin: Admin, topics: Topics, log: Log): Promise<void> {
  const names = Object.keys(topics);
  const existing = new Set(names.length > 0 ? await admin.listTopics() : []);
  const missing = Object.entries(topics).filter(([name]) => !existing.has(name));
  // kafkajs does not report an error if another process creates it first.
  if (missing.length > 0) await admin.createTopics({ waitForLeaders: true, topics: missing.map(toCreate) });
  const metadata = names.length > 0 ? (await admin.fetchTopicMetadata({ topics: names })).topics : [];
  for (const { name, partitions } of metadata) {
    const declared = topics[name]?.partitions;
    if (declared === undefined || partitions.length === declared) continue;
    log.warn(
      'the number of partitions of the topic differs from the graph; keeping the existing partitions',
      {
        topic: name,
        partitions: partitions.length,
        declared,
      },
    );
  }
}

function toCreate([topic, settings]: readonly [string, KafkaTopic]): ITopicConfig {
  const { partitions, replicationFactor, minInSyncReplicas, retention } = settings;
  return {
    topic,
    numPartitions: partitions,
    replicationFactor,
    configEntries: [
      { name: 'min.insync.replicas', value: String(minInSyncReplicas) },
      { name: 'retention.ms', value: String(milliseconds(retention)) },
      { name: 'cleanup.policy', value: 'delete' },
    ],
  };
}
