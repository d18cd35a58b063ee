import type { Kafka } from 'kafkajs';
import type { Background } from '../../background.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Subscription } from '../broker.ts';
import { type Joining, keepJoining } from '../keep-joining.ts';
import { readBatch } from './kafka-batch.ts';

/** Partitions that are worked on at a time: each takes a connection to the store now and then. */
const CONCURRENCY = 4;

/**
 * A member of a consumer group. Members share the partitions of the topic; within one, events come one after the other.
 * A new group starts with the oldest event that is kept.
 * @param sessionMs a member that says nothing for so long loses its partitions to others, in milliseconds
 */
export function kafkaSubscription(
  kafka: Kafka,
  subscription: Subscription,
  sessionMs: number,
  explain: Joining['explain'],
  log: Log,
): Background {
  const { topic, group } = subscription;
  const heartbeatInterval = sessionMs / 5;

  const member: Joining['member'] = async (signal, joined) => {
    const consumer = kafka.consumer({
      groupId: groupId(group, topic),
      sessionTimeout: sessionMs,
      heartbeatInterval,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 1_000,
        retries: 5,
        // Whoever keeps joining does so for every reason alike.
        restartOnFailure: async () => false,
      },
    });
    const over = Promise.withResolvers<void>();
    over.promise.catch(() => {});
    consumer.on(consumer.events.CRASH, ({ payload }) => over.reject(payload.error));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
      joined({ partitions: payload.memberAssignment[topic] ?? [] }),
    );
    const stop = () => over.resolve();
    signal.addEventListener('abort', stop);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENCY,
        eachBatch: (payload) => readBatch(payload, subscription, signal, heartbeatInterval, log),
      });
      if (!signal.aborted) await over.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      await consumer.disconnect().catch((error) => log.debug('kafka: consumer not closed', { error }));
    }
  };
  return keepJoining({ topic, group, member, explain, log });
}

/**
 * Kafka's group is of one topic: kafkajs gives the topics of the member that leads to all members of a group, whatever
 * they subscribe to.
 */
export function groupId(group: string, topic: string): string {
  return `${group}.${topic}`;
}
