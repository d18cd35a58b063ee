import type { Channel } from 'amqplib';

/**
 * Out of reach: the receiver gives up an event long before, into its store. To have none, RabbitMQ 4 wants -1, which an
 * older one refuses; and without one an event that comes back goes to the end of the queue
 * (https://www.rabbitmq.com/docs/quorum-queues#repeated-requeues).
 */
const DELIVERY_LIMIT = 1_000_000;

/** A queue for each group. */
export function queueName(topic: string, group: string): string {
  return `${topic}.${group}`;
}

/**
 * Makes the exchange of a topic: of type topic, with the key of an event as the routing key.
 * @throws Error when it is there and is another
 */
export async function declareTopic(channel: Channel, topic: string): Promise<void> {
  await channel.assertExchange(topic, 'topic', { durable: true });
}

/**
 * Makes the queue of a group, bound to its topic. From then on it gets all that is published there.
 *
 * It is a quorum queue, with one consumer served at a time, for the order. One that is full refuses, so that events stay
 * with their publisher.
 * @throws Error when it is there with other arguments
 */
export async function declareGroup(
  channel: Channel,
  topic: string,
  group: string,
  limit: number,
): Promise<void> {
  const queue = queueName(topic, group);
  await declareTopic(channel, topic);
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-single-active-consumer': true,
      'x-max-length': limit,
      'x-overflow': 'reject-publish',
      'x-delivery-limit': DELIVERY_LIMIT,
    },
  });
  await channel.bindQueue(queue, topic, '#');
}
