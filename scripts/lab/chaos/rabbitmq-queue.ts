import { type Channel, connect } from 'amqplib';
import { type BookedEvent, eventOf } from './books.ts';

const TOPIC = 'orders';
/** Gets all that is published beside the queues of the services: RabbitMQ keeps nothing that was consumed. */
const BOOKS = 'chaos.books';

/** @param url with the name and password of who may do what `use` does */
export async function withChannel<T>(url: string, use: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(url);
  // What is wrong is told by what was asked for; without a listener it would end the process.
  connection.on('error', () => {});
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    return await use(channel);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Lets a queue keep all that topic `orders` is given from now on. */
export async function keepBooks(channel: Channel): Promise<void> {
  await channel.assertExchange(TOPIC, 'topic', { durable: true });
  await channel.assertQueue(BOOKS, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(BOOKS, TOPIC, '#');
}

/** What was kept, which is gone from the queue then. */
export async function readBooks(channel: Channel): Promise<readonly BookedEvent[]> {
  const events: BookedEvent[] = [];
  for (;;) {
    const delivery = await channel.get(BOOKS);
    if (!delivery) return events;
    const { fields, properties, content } = delivery;
    events.push(eventOf(String(properties.messageId), fields.routingKey, String(content)));
  }
}

export async function forgetBooks(channel: Channel): Promise<void> {
  await channel.deleteQueue(BOOKS);
}
