import type { Kafka } from 'kafkajs';
import { RESPONSE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import type { Background } from '../../process/background.ts';
import type { Log } from '../../telemetry/log.ts';
import { withTimeout } from '../../time/with-timeout.ts';
import type { Subscription } from '../event-broker.ts';
import { type MembershipOptions, maintainMembership } from '../maintain-membership.ts';
import { disconnect } from './disconnect.ts';
import { readBatch } from './kafka-batch.ts';

/** Partitions processed concurrently; each uses a connection to the store from time to time. */
const CONCURRENCY = 4;

/**
 * Consumes a topic as a member of a consumer group. Members share the partitions; within a partition, events are
 * delivered one after the other. A new group starts with the oldest event of the topic.
 *
 * After a request timeout, kafkajs sends the next request on the same dead connection. A request timeout therefore
 * ends the membership, and the next membership begins with new connections.
 * @param sessionMs session timeout in milliseconds: without heartbeats for this long, the member loses its partitions
 */
export function kafkaSubscription(
  kafka: Kafka,
  subscription: Subscription,
  sessionMs: number,
  toReadableError: MembershipOptions['toReadableError'],
  log: Log,
): Background {
  const { topic, group } = subscription;
  const heartbeatInterval = sessionMs / 5;

  const runMember: MembershipOptions['runMember'] = async (signal, joined) => {
    const consumer = kafka.consumer({
      groupId: groupId(group, topic),
      sessionTimeout: sessionMs,
      // kafkajs adds 5 s to this for the timeout of JoinGroup.
      rebalanceTimeout: sessionMs,
      heartbeatInterval,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 1_000,
        retries: 5,
        // maintainMembership rejoins after every failure.
        restartOnFailure: async () => false,
      },
    });
    const over = Promise.withResolvers<void>();
    over.promise.catch(() => {});
    const ended = new AbortController();
    const batches = new Set<Promise<void>>();
    consumer.on(consumer.events.CRASH, ({ payload }) => over.reject(payload.error));
    consumer.on(consumer.events.REQUEST_TIMEOUT, ({ payload }) =>
      over.reject(new Error(`${payload.broker} did not respond to ${payload.apiName} in time`)),
    );
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
      joined({ partitions: payload.memberAssignment[topic] ?? [] }),
    );
    const stop = () => over.resolve();
    signal.addEventListener('abort', stop);
    const run = async () => {
      // kafkajs has no timeout for SASL.
      await withTimeout(consumer.connect(), RESPONSE_TIMEOUT_MS, () => 'connection');
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENCY,
        eachBatch: async (payload) => {
          const stopping = AbortSignal.any([signal, ended.signal]);
          const batch = readBatch(payload, subscription, stopping, heartbeatInterval, log);
          batches.add(batch);
          await batch.finally(() => batches.delete(batch));
        },
      });
    };
    try {
      await Promise.race([run(), over.promise]);
      if (!signal.aborted) await over.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      ended.abort(new Error('the membership has ended'));
      await Promise.allSettled(batches);
      // A stopped member leaves the group, so that others need not wait for its session timeout.
      await disconnect(consumer, log, signal.aborted ? RESPONSE_TIMEOUT_MS : undefined);
    }
  };
  return maintainMembership({ topic, group, runMember, toReadableError, log });
}

/**
 * Returns the Kafka group id, one for each topic. With a shared id, the group leader of kafkajs would assign its own
 * topics to members that do not subscribe to them.
 */
export function groupId(group: string, topic: string): string {
  return `${group}.${topic}`;
}
