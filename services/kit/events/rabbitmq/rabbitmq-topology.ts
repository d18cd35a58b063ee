import type { Channel } from 'amqplib';

/** Deliveries of one event at most, then it is moved to the dead queue: the default of RabbitMQ 4, said for 3.10 too. */
const DELIVERY_LIMIT = 20;

/** A queue for each group. */
export function queueName(topic: string, group: string): string {
  return `${topic}.${group}`;
}

/** Where the broker puts what it has delivered too often, which ended each process that got it. */
export function deadQueueName(topic: string, group: string): string {
  return `${queueName(topic, group)}.dead`;
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
 * with their publisher. With a delivery limit, what comes back stands where it stood; without one it goes to the end
 * (https://www.rabbitmq.com/docs/quorum-queues#repeated-requeues).
 * @throws Error when it is there with other arguments
 */
export async function declareGroup(
  channel: Channel,
  topic: string,
  group: string,
  limit: number,
): Promise<void> {
  const [queue, dead] = [queueName(topic, group), deadQueueName(topic, group)];
  await declareTopic(channel, topic);
  await channel.assertQueue(dead, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-single-active-consumer': true,
      'x-max-length': limit,
      'x-overflow': 'reject-publish',
      'x-delivery-limit': DELIVERY_LIMIT,
      // The default exchange leads to the queue of that name.
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': dead,
      'x-dead-letter-strategy': 'at-least-once',
    },
  });
  await channel.bindQueue(queue, topic, '#');
}
