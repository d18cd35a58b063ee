import type { Kafka } from 'kafkajs';
import { RESPONSE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import type { Background } from '../../process/background.ts';
import type { Log } from '../../telemetry/log.ts';
import { within } from '../../time/within.ts';
import type { Subscription } from '../event-broker.ts';
import { type MembershipOptions, maintainMembership } from '../maintain-membership.ts';
import { disconnect } from './disconnect.ts';
import { readBatch } from './kafka-batch.ts';

/** Partitions that are worked on at a time: each takes a connection to the store now and then. */
const CONCURRENCY = 4;

/**
 * A member of a consumer group. Members share the partitions of the topic; within one, events come one after the other.
 * A new group starts with the oldest event that is kept.
 *
 * kafkajs sends the next request on the connection on which the last one was never answered. Therefore a request without
 * an answer ends the membership, and the next membership begins with new connections.
 * @param sessionMs a member that says nothing for so long loses its partitions to others, in milliseconds
 */
export function kafkaSubscription(
  kafka: Kafka,
  subscription: Subscription,
  sessionMs: number,
  explain: MembershipOptions['toReadableError'],
  log: Log,
): Background {
  const { topic, group } = subscription;
  const heartbeatInterval = sessionMs / 5;

  const member: MembershipOptions['runMember'] = async (signal, joined) => {
    const consumer = kafka.consumer({
      groupId: groupId(group, topic),
      sessionTimeout: sessionMs,
      // Limits JoinGroup, to five seconds more.
      rebalanceTimeout: sessionMs,
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
    const left = new AbortController();
    const reading = new Set<Promise<void>>();
    consumer.on(consumer.events.CRASH, ({ payload }) => over.reject(payload.error));
    consumer.on(consumer.events.REQUEST_TIMEOUT, ({ payload }) =>
      over.reject(new Error(`${payload.broker} did not answer ${payload.apiName} in time`)),
    );
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
      joined({ partitions: payload.memberAssignment[topic] ?? [] }),
    );
    const stop = () => over.resolve();
    signal.addEventListener('abort', stop);
    const run = async () => {
      // kafkajs has no time limit for SASL.
      await within(consumer.connect(), RESPONSE_TIMEOUT_MS, () => 'connection');
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENCY,
        eachBatch: async (payload) => {
          const stopping = AbortSignal.any([signal, left.signal]);
          const batch = readBatch(payload, subscription, stopping, heartbeatInterval, log);
          reading.add(batch);
          await batch.finally(() => reading.delete(batch));
        },
      });
    };
    try {
      await Promise.race([run(), over.promise]);
      if (!signal.aborted) await over.promise;
    } finally {
      signal.removeEventListener('abort', stop);
      left.abort(new Error('the membership has ended'));
      await Promise.allSettled(reading);
      // A member that is stopped leaves the group, so that others need not wait for the end of its session.
      await disconnect(consumer, log, signal.aborted ? RESPONSE_TIMEOUT_MS : undefined);
    }
  };
  return maintainMembership({ topic, group, runMember: member, toReadableError: explain, log });
}

/**
 * Kafka's group is of one topic: kafkajs gives the topics of the member that leads to all members of a group, whatever
 * they subscribe to.
 */
export function groupId(group: string, topic: string): string {
  return `${group}.${topic}`;
}
