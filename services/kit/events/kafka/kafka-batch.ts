import type { EachBatchPayload } from 'kafkajs';
import type { Log } from '../../telemetry/log.ts';
import { deliverMessages } from '../deliver-messages.ts';
import type { Subscription } from '../event-broker.ts';
import { recordMessage } from './kafka-binding.ts';

/** Events that are delivered and committed together. */
const MAX_BATCH_SIZE = 100;

/**
 * Delivers the fetched records of a partition in order, and commits the offset of those that need no further
 * delivery. Sends heartbeats meanwhile, so that retries do not cost this member its partitions.
 * @throws KafkaJSError when the group rebalances, or the broker does not receive this member's heartbeats
 */
export async function readBatch(
  { batch, heartbeat, resolveOffset, commitOffsetsIfNecessary, isRunning, isStale }: EachBatchPayload,
  subscription: Subscription,
  stopping: AbortSignal,
  heartbeatMs: number,
  log: Log,
): Promise<void> {
  const { topic, partition } = batch;
  const membershipLost = new AbortController();
  const signal = AbortSignal.any([stopping, membershipLost.signal]);
  const heartbeats = setInterval(
    () => heartbeat().catch((error) => membershipLost.abort(error)),
    heartbeatMs,
  );
  try {
    for (let at = 0; !signal.aborted && isRunning() && !isStale(); ) {
      const [first, ...others] = batch.messages.slice(at, at + MAX_BATCH_SIZE).map((message) => ({
        message: recordMessage(message),
        origin: `${topic}/${partition}/${message.offset}`,
      }));
      if (!first) break;
      const deliveredCount = await deliverMessages([first, ...others], subscription, signal, log);
      const lastRecord = batch.messages[at + deliveredCount - 1];
      if (deliveredCount === 0 || !lastRecord) break;
      at += deliveredCount;
      resolveOffset(lastRecord.offset);
      const offset = String(BigInt(lastRecord.offset) + 1n);
      await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
    }
  } finally {
    clearInterval(heartbeats);
  }
  membershipLost.signal.throwIfAborted();
}
