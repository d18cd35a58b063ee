import type { Log } from '../telemetry/log.ts';
import { BackOff } from '../time/back-off.ts';
import { sleep } from '../time/sleep.ts';
import { type CloudEventMessage, toEvent } from './cloud-event.ts';
import type { Event } from './event.ts';
import type { Subscription } from './event-broker.ts';
import { UnreadableError } from './permanent-error.ts';

const BACK_OFF = { minMs: 100, maxMs: 5_000 };

export interface ReceivedMessage {
  readonly message: CloudEventMessage;
  /** Position of the message: topic, partition and offset, or the queue. */
  readonly origin: string;
  /** Number of earlier deliveries without an outcome. @default 0 */
  readonly deliveries?: number;
}

/** Deliveries after which an event counts as poison: it may have crashed each of its consumers. */
const MAX_DELIVERIES = 20;

/**
 * Delivers a prefix of these messages, as many as the receiver takes at a time. A first message that is not an event,
 * or that was delivered too often, is dead-lettered. Failures are retried with a growing pause, because the
 * receiver's store is then unavailable. Skipping the message would break the order, and requeueing it would not help.
 * @returns the number of messages that need no further delivery, at least 1; 0 when `signal` has aborted
 */
export async function deliverMessages(
  messages: readonly [ReceivedMessage, ...ReceivedMessage[]],
  subscription: Subscription,
  signal: AbortSignal,
  log: Log,
): Promise<number> {
  const { topic, group } = subscription;
  const [{ origin }] = messages;
  const deliver = chooseDelivery(messages, subscription);
  const backOff = new BackOff(BACK_OFF);
  while (!signal.aborted) {
    try {
      return await deliver(signal);
    } catch (error) {
      if (signal.aborted) break;
      const pauseMs = backOff.next();
      const fields = { topic, group, origin, error, milliseconds: pauseMs };
      log.warn('cannot deliver event; retrying', fields);
      await sleep(pauseMs, signal);
    }
  }
  return 0;
}

/** Delivers a prefix of the messages. Resolves with its length. */
type Delivery = (signal: AbortSignal) => Promise<number>;

function chooseDelivery(
  messages: readonly [ReceivedMessage, ...ReceivedMessage[]],
  subscription: Subscription,
): Delivery {
  const { topic } = subscription;
  const [{ message, origin, deliveries = 0 }, ...others] = messages;
  const first = readEvent(message, topic);
  if (first instanceof UnreadableError) {
    return deliverOne(() =>
      subscription.deadLetterUnreadable({ topic, origin, reason: first.message, message }),
    );
  }
  if (deliveries >= MAX_DELIVERIES) return deliverOne(() => subscription.deadLetterPoison(first, deliveries));
  const deliverBatch = subscription.deliverBatch?.bind(subscription);
  const events = [first, ...readEvents(others, topic)];
  if (deliverBatch && events.length > 1) return (signal) => deliverBatch(events, signal);
  return deliverOne((signal) => subscription.deliver(first, signal));
}

function deliverOne(deliver: (signal: AbortSignal) => Promise<void>): Delivery {
  return async (signal) => {
    await deliver(signal);
    return 1;
  };
}

/** Returns the events before the first message that is to be dead-lettered. */
function readEvents(messages: readonly ReceivedMessage[], topic: string): readonly Event[] {
  const events: Event[] = [];
  for (const { message, deliveries = 0 } of messages) {
    const event = readEvent(message, topic);
    if (event instanceof UnreadableError || deliveries >= MAX_DELIVERIES) break;
    events.push(event);
  }
  return events;
}

function readEvent(message: CloudEventMessage, topic: string): Event | UnreadableError {
  try {
    return toEvent(message, topic);
  } catch (error) {
    if (error instanceof UnreadableError) return error;
    throw error;
  }
}
