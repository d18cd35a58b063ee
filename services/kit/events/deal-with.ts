import { sleep } from '../discovery/sleep.ts';
import type { Log } from '../telemetry/log.ts';
import type { Subscription } from './broker.ts';
import { eventOf, type Message } from './cloud-event.ts';
import type { Event } from './event.ts';
import { UnreadableError } from './unreadable.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface Arrival {
  readonly message: Message;
  /** Where it lies: topic, partition and offset, or a queue. */
  readonly origin: string;
  /** How often it came before, and nobody said what became of it. @default 0 */
  readonly deliveries?: number;
}

/** An event that came so often ended whoever got it: it may be its fault. */
const MOST_DELIVERIES = 20;

/**
 * Delivers the event in a message, or puts the message aside if it is none, or has come too often. Keeps at it while that
 * fails, since the receiver's store is away then: to go on with the next would lose the order, and to give it back would
 * not help.
 * @returns whether it is dealt with; if not, `signal` has aborted
 */
export async function dealWith(
  { message, origin, deliveries = 0 }: Arrival,
  subscription: Subscription,
  signal: AbortSignal,
  log: Log,
): Promise<boolean> {
  const { topic, group } = subscription;
  const event = readEvent(message, topic);
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      if (event instanceof UnreadableError) {
        await subscription.putAside({ topic, origin, reason: event.message, message });
      } else if (deliveries >= MOST_DELIVERIES) await subscription.giveUp(event, deliveries);
      else await subscription.deliver(event, signal);
      return true;
    } catch (error) {
      if (signal.aborted) break;
      const fields = { topic, group, origin, error, milliseconds: pauseMs };
      log.warn('event cannot be dealt with; trying again', fields);
      await sleep(pauseMs, signal);
    }
  }
  return false;
}

function readEvent(message: Message, topic: string): Event | UnreadableError {
  try {
    return eventOf(message, topic);
  } catch (error) {
    if (error instanceof UnreadableError) return error;
    throw error;
  }
}
