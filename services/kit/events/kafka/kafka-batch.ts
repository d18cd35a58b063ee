import type { EachBatchPayload } from 'kafkajs';
import type { Log } from '../../telemetry/log.ts';
import { deliverMessages } from '../deliver-messages.ts';
import type { Subscription } from '../event-broker.ts';
import { recordMessage } from './kafka-binding.ts';

/** Events that are delivered at a time, and committed together. */
const AT_ONCE = 100;

/**
 * Delivers what was fetched of a partition, in its order, and commits what is dealt with. An event
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
    for (let at = 0; !signal.aborted && isRunning() && !isStale(); ) {
      const [first, ...others] = batch.messages.slice(at, at + AT_ONCE).map((message) => ({
        message: recordMessage(message),
        origin: `${topic}/${partition}/${message.offset}`,
      }));
      if (!first) break;
      const done = await deliverMessages([first, ...others], subscription, signal, log);
      const last = batch.messages[at + done - 1];
      if (done === 0 || !last) break;
      at += done;
      resolveOffset(last.offset);
      const offset = String(BigInt(last.offset) + 1n);
      await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
    }
  } finally {
    clearInterval(beating);
  }
  lost.signal.throwIfAborted();
}
