import type { Log } from '../telemetry/log.ts';
import { BackOff } from '../time/back-off.ts';
import { sleep } from '../time/sleep.ts';
import { type CloudEventMessage, toEvent } from './cloud-event.ts';
import type { Event } from './event.ts';
import type { Subscription } from './event-broker.ts';
import { UnreadableError } from './unreadable.ts';

const BACK_OFF = { minMs: 100, maxMs: 5_000 };

export interface ReceivedMessage {
  readonly message: CloudEventMessage;
  /** Where it lies: topic, partition and offset, or a queue. */
  readonly origin: string;
  /** How often it came before, and nobody said what became of it. @default 0 */
  readonly deliveries?: number;
}

/** An event that came so often ended whoever got it: it may be its fault. */
const MAX_DELIVERIES = 20;

/**
 * Delivers the events in the first of these messages, as many as the receiver takes at a time; a first message that is no
 * event, or has come too often, is put aside. Keeps at it while that fails, since the receiver's store is away then: to go
 * on with the next would lose the order, and to give it back would not help.
 * @returns how many are dealt with, one at least; 0 when `signal` has aborted
 */
export async function deliverMessages(
  arrivals: readonly [ReceivedMessage, ...ReceivedMessage[]],
  subscription: Subscription,
  signal: AbortSignal,
  log: Log,
): Promise<number> {
  const { topic, group } = subscription;
  const [{ origin }] = arrivals;
  const deal = whatToDo(arrivals, subscription);
  const backOff = new BackOff(BACK_OFF);
  while (!signal.aborted) {
    try {
      return await deal(signal);
    } catch (error) {
      if (signal.aborted) break;
      const pauseMs = backOff.next();
      const fields = { topic, group, origin, error, milliseconds: pauseMs };
      log.warn('event cannot be dealt with; trying again', fields);
      await sleep(pauseMs, signal);
    }
  }
  return 0;
}

/** Deals with the first of them. Resolves with how many those were. */
type Deal = (signal: AbortSignal) => Promise<number>;

function whatToDo(
  arrivals: readonly [ReceivedMessage, ...ReceivedMessage[]],
  subscription: Subscription,
): Deal {
  const { topic } = subscription;
  const [{ message, origin, deliveries = 0 }, ...others] = arrivals;
  const first = readEvent(message, topic);
  if (first instanceof UnreadableError) {
    return one(() => subscription.deadLetterUnreadable({ topic, origin, reason: first.message, message }));
  }
  if (deliveries >= MAX_DELIVERIES) return one(() => subscription.deadLetterPoison(first, deliveries));
  const several = subscription.deliverBatch?.bind(subscription);
  const events = [first, ...readable(others, topic)];
  if (several && events.length > 1) return (signal) => several(events, signal);
  return one((signal) => subscription.deliver(first, signal));
}

function one(deal: (signal: AbortSignal) => Promise<void>): Deal {
  return async (signal) => {
    await deal(signal);
    return 1;
  };
}

/** The events before the first message that is to be put aside. */
function readable(arrivals: readonly ReceivedMessage[], topic: string): readonly Event[] {
  const events: Event[] = [];
  for (const { message, deliveries = 0 } of arrivals) {
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
