import type { Admin, ITopicConfig } from 'kafkajs';
import type { KafkaTopic } from '../../../../mesh/policy/app-events.ts';
import { milliseconds } from '../../../../mesh/policy/duration.ts';
import type { Log } from '../../telemetry/log.ts';

type Topics = Readonly<Record<string, KafkaTopic>>;

/**
 * Makes those of `topics` that are not there. One that is there stays as it is: to change its number of partitions moves
 * keys to others, and breaks their order, so that is only told.
 * @throws KafkaJSError when the brokers refuse
 */
export async function ensureTopics(admin: Admin, topics: Topics, log: Log): Promise<void> {
  const names = Object.keys(topics);
  const there = new Set(names.length > 0 ? await admin.listTopics() : []);
  const missing = Object.entries(topics).filter(([name]) => !there.has(name));
  // Another process that makes it first is no error to kafkajs.
  if (missing.length > 0) await admin.createTopics({ waitForLeaders: true, topics: missing.map(toCreate) });
  const found = names.length > 0 ? (await admin.fetchTopicMetadata({ topics: names })).topics : [];
  for (const { name, partitions } of found) {
    const wanted = topics[name]?.partitions;
    if (wanted === undefined || partitions.length === wanted) continue;
    log.warn('topic has another number of partitions than the graph; it is left as it is', {
      topic: name,
      partitions: partitions.length,
      wanted,
    });
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
