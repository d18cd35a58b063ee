import type { EachBatchPayload } from 'kafkajs';
import type { Log } from '../../telemetry/log.ts';
import type { Subscription } from '../broker.ts';
import { dealWith } from '../deal-with.ts';
import { recordMessage } from './kafka-binding.ts';

/**
 * Delivers what was fetched of a partition, one event after the other, each committed when it is dealt with. An event
 * that cannot be dealt with is kept at, and the group is told meanwhile that this member is alive.
 * @throws KafkaJSError when the group divides its partitions anew, or does not hear this member
 */
export async function readBatch(
  { batch, heartbeat, resolveOffset, commitOffsetsIfNecessary, isRunning, isStale }: EachBatchPayload,
  subscription: Subscription,
  stopping: AbortSignal,
  heartbeatMs: number,
  log: Log,
): Promise<void> {
  const { topic, partition } = batch;
  const lost = new AbortController();
  const signal = AbortSignal.any([stopping, lost.signal]);
  const beating = setInterval(() => heartbeat().catch((error) => lost.abort(error)), heartbeatMs);
  try {
    for (const message of batch.messages) {
      if (signal.aborted || !isRunning() || isStale()) break;
      const origin = `${topic}/${partition}/${message.offset}`;
      const arrival = { message: recordMessage(message), origin };
      if (!(await dealWith(arrival, subscription, signal, log))) break;
      resolveOffset(message.offset);
      const offset = String(BigInt(message.offset) + 1n);
      await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
    }
  } finally {
    clearInterval(beating);
  }
  lost.signal.throwIfAborted();
}
