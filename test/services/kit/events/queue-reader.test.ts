import { EventEmitter, once } from 'node:events';
import { expect, test } from '@jest/globals';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { Subscription } from '../../../../services/kit/events/event-broker.ts';
import { toPublish } from '../../../../services/kit/events/rabbitmq/amqp-binding.ts';
import { QueueReader } from '../../../../services/kit/events/rabbitmq/queue-reader.ts';
import { quiet } from '../../serve.ts';
import { emptyEvent, TOPIC } from './empty-event.ts';

/** What RabbitMQ does with a queue, as far as a reader sees it: no more is on its way than was asked for. */
class FakeQueue extends EventEmitter {
  readonly calls: string[] = [];
  readonly #waiting: ConsumeMessage[] = [];
  readonly #onItsWay: ConsumeMessage[] = [];
  #prefetch = 0;
  #take: ((delivery: ConsumeMessage | null) => void) | undefined;

  add(key: string, deliveries = 0): void {
    const { body: content, options } = toPublish(emptyEvent(key), 'order');
    const headers = { ...options.headers, 'x-delivery-count': deliveries };
    const fields = { routingKey: key, deliveryTag: this.#waiting.length + 1 };
    // The rest of a delivery is not read.
    this.#waiting.push({ content, fields, properties: { ...options, headers } } as unknown as ConsumeMessage);
    setImmediate(() => this.#send());
  }

  readonly channel = {
    prefetch: async (count: number) => {
      this.#prefetch = count;
    },
    consume: async (_queue: string, take: (delivery: ConsumeMessage | null) => void) => {
      this.calls.push(`consume ${this.#prefetch}`);
      this.#take = take;
      setImmediate(() => this.#send());
      return { consumerTag: `tag-${this.#prefetch}` };
    },
    cancel: async (tag: string) => {
      this.calls.push(`cancel ${tag}`);
      this.#take = undefined;
    },
    ack: (lastDelivery: ConsumeMessage, upTo: boolean) => {
      const until = this.#onItsWay.indexOf(lastDelivery) + 1;
      const acknowledged = this.#onItsWay.splice(upTo ? 0 : until - 1, upTo ? until : 1);
      this.calls.push(`ack ${acknowledged.map(({ fields }) => fields.routingKey).join('+')}`);
      setImmediate(() => this.#send());
      this.emit('ack');
    },
  } as unknown as Channel;

  #send(): void {
    while (this.#take && this.#onItsWay.length < this.#prefetch) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#onItsWay.push(next);
      this.#take(next);
    }
  }
}

function reader(queue: FakeQueue, onLost: (error: Error) => void = () => {}) {
  const subscription: Subscription = {
    topic: TOPIC,
    group: 'test',
    pool: undefined as never,
    deliver: async () => {},
    deliverBatch: async (events) => events.length,
    deadLetterUnreadable: async () => {},
    deadLetterPoison: async () => {},
  };
  const { signal } = new AbortController();
  return new QueueReader({
    channel: queue.channel,
    queue: 'orders.test',
    subscription,
    signal,
    onLost,
    log: quiet,
  });
}

async function acknowledged(queue: FakeQueue, lastDelivery: string): Promise<readonly string[]> {
  while (!queue.calls.at(-1)?.endsWith(lastDelivery)) await once(queue, 'ack');
  return queue.calls;
}

test('delivers the first event alone, and then pending events together', async () => {
  const queue = new FakeQueue();
  for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
  await reader(queue).start();
  expect(await acknowledged(queue, 'd')).toEqual([
    'consume 1',
    'cancel tag-1',
    'ack a',
    'consume 100',
    'ack b',
    'ack c+d',
  ]);
});

test('delivers events individually while they are redeliveries', async () => {
  const queue = new FakeQueue();
  queue.add('a', 3);
  queue.add('b', 1);
  for (const key of ['c', 'd', 'e']) queue.add(key);
  await reader(queue).start();
  const calls = await acknowledged(queue, 'e');
  expect(calls.slice(0, 6)).toEqual(['consume 1', 'ack a', 'ack b', 'cancel tag-1', 'ack c', 'consume 100']);
});

test('reports the deletion of its queue', async () => {
  const queue = new FakeQueue();
  let take: ((delivery: ConsumeMessage | null) => void) | undefined;
  const { consume } = queue.channel;
  queue.channel.consume = (name, taker) => {
    take = taker;
    return consume(name, taker);
  };
  const lostError = Promise.withResolvers<Error>();
  await reader(queue, lostError.resolve).start();
  take?.(null);
  expect((await lostError.promise).message).toBe("queue 'orders.test' was deleted");
});
