import { type Channel, connect } from 'amqplib';
import { type LedgerEvent, parseLedgerEvent } from './ledger-snapshot.ts';

const TOPIC = 'orders';
/**
 * Queue that receives a copy of every event. RabbitMQ deletes a message once a service has acknowledged it, so the events
 * cannot be read from the services' own queues afterwards.
 */
const CAPTURE_QUEUE = 'chaos.ledger';

/**
 * Passes a channel to `use` and closes its connection afterwards.
 * @param url includes the name and password of a user with the permissions that `use` needs
 */
export async function withChannel<T>(url: string, use: (channel: Channel) => Promise<T>): Promise<T> {
  const connection = await connect(url);
  // Pending operations reject with the error. Without a listener, the event would end the process.
  connection.on('error', () => {});
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    return await use(channel);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Binds the capture queue to the topic `orders`, creating both if necessary. */
export async function bindCaptureQueue(channel: Channel): Promise<void> {
  await channel.assertExchange(TOPIC, 'topic', { durable: true });
  await channel.assertQueue(CAPTURE_QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(CAPTURE_QUEUE, TOPIC, '#');
}

/** Reads all captured events. They are not acknowledged, so they return to the queue when the channel closes. */
export async function readCaptureQueue(channel: Channel): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  for (;;) {
    const delivery = await channel.get(CAPTURE_QUEUE);
    if (!delivery) return events;
    const { fields, properties, content } = delivery;
    events.push(parseLedgerEvent(String(properties.messageId), fields.routingKey, String(content)));
  }
}

export async function deleteCaptureQueue(channel: Channel): Promise<void> {
  await channel.deleteQueue(CAPTURE_QUEUE);
}
