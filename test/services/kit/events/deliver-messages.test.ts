import { describe, expect, test } from '@jest/globals';
import { toMessage } from '../../../../services/kit/events/cloud-event.ts';
import { deliverMessages, type ReceivedMessage } from '../../../../services/kit/events/deliver-messages.ts';
import type { Subscription } from '../../../../services/kit/events/event-broker.ts';
import { quiet } from '../../serve.ts';
import { emptyEvent, TOPIC } from './empty-event.ts';

function arrival(key: string, deliveries?: number): ReceivedMessage {
  return {
    message: toMessage(emptyEvent(key), 'order'),
    origin: key,
    ...(deliveries !== undefined && { deliveries }),
  };
}

const unreadable = (origin: string): ReceivedMessage => ({
  message: { attributes: {}, body: Buffer.from('{') },
  origin,
});

/** A receiver that records its calls. @param several how many of several events it takes at a time */
function receiver(several: number) {
  const calls: string[] = [];
  const subscription: Subscription = {
    topic: TOPIC,
    group: 'test',
    // Nothing here has a store.
    pool: undefined as never,
    deliver: async ({ key }) => {
      calls.push(key);
    },
    deliverBatch: async (events) => {
      const batch = events.slice(0, several);
      calls.push(batch.map(({ key }) => key).join('+'));
      return batch.length;
    },
    deadLetterUnreadable: async ({ origin }) => {
      calls.push(`aside ${origin}`);
    },
    deadLetterPoison: async ({ key }, deliveries) => {
      calls.push(`${key} abandoned after ${deliveries}`);
    },
  };
  return { calls, subscription };
}

/** Deals with all of them, as a broker does it. */
async function all(arrivals: readonly ReceivedMessage[], subscription: Subscription): Promise<void> {
  const { signal } = new AbortController();
  for (let remaining = arrivals; remaining[0]; ) {
    remaining = remaining.slice(
      await deliverMessages([remaining[0], ...remaining.slice(1)], subscription, signal, quiet),
    );
  }
}

describe('pending messages', () => {
  test('are delivered together', async () => {
    const { calls, subscription } = receiver(10);
    await all(
      ['a', 'b', 'c'].map((key) => arrival(key)),
      subscription,
    );
    expect(calls).toEqual(['a+b+c']);
  });

  test('are delivered again from the first undelivered one', async () => {
    const { calls, subscription } = receiver(2);
    await all(
      ['a', 'b', 'c'].map((key) => arrival(key)),
      subscription,
    );
    expect(calls).toEqual(['a+b', 'c']);
  });

  test('stay in order around dead-lettered messages', async () => {
    const { calls, subscription } = receiver(10);
    const arrivals = [
      arrival('a'),
      unreadable('x'),
      arrival('b'),
      arrival('c'),
      arrival('d', 20),
      arrival('e', 19),
    ];
    await all(arrivals, subscription);
    expect(calls).toEqual(['a', 'aside x', 'b+c', 'd abandoned after 20', 'e']);
  });

  test('are all redelivered while the store is unavailable', async () => {
    const { calls, subscription } = receiver(10);
    let away = 2;
    const deliverBatch: typeof subscription.deliverBatch = async (events, signal) => {
      if (away-- > 0) throw new Error('the store is away');
      return subscription.deliverBatch?.(events, signal) ?? 0;
    };
    await all([arrival('a'), arrival('b')], { ...subscription, deliverBatch: deliverBatch });
    expect(calls).toEqual(['a+b']);
  });
});

test('nothing is delivered after the signal has aborted', async () => {
  const { calls, subscription } = receiver(10);
  const stopped = AbortSignal.abort();
  expect(await deliverMessages([arrival('a'), arrival('b')], subscription, stopped, quiet)).toBe(0);
  expect(calls).toEqual([]);
});
