import type { Channel } from 'amqplib';

/**
 * Never reached: the receiver dead-letters a poison event long before. Unlimited deliveries need -1 in RabbitMQ 4,
 * which older versions refuse. Without a limit, a requeued event goes to the end of the queue
 * (https://www.rabbitmq.com/docs/quorum-queues#repeated-requeues).
 */
const DELIVERY_LIMIT = 1_000_000;

/** Returns the name of a group's queue. */
export function queueName(topic: string, group: string): string {
  return `${topic}.${group}`;
}

/**
 * Declares the exchange of a topic, of type topic; the routing key is the event's key.
 * @throws Error when it exists with other settings
 */
export async function declareTopic(channel: Channel, topic: string): Promise<void> {
  await channel.assertExchange(topic, 'topic', { durable: true });
}

/**
 * Declares the queue of a group, bound to its topic. From then on it receives all that is published there.
 *
 * It is a quorum queue with a single active consumer, which keeps the order. A full queue refuses events, so they
 * stay in the publisher's outbox.
 * @throws Error when it exists with other arguments
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
