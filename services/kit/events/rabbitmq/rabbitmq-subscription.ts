import type { Channel, ConsumeMessage } from 'amqplib';
import type { Background } from '../../background.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Subscription } from '../broker.ts';
import { dealWith } from '../deal-with.ts';
import { type Joining, keepJoining } from '../keep-joining.ts';
import { deliveriesOf, deliveryMessage } from './amqp-binding.ts';
import { closeConnection, openConnection, type RabbitmqSource } from './rabbitmq-connection.ts';
import { declareGroup, queueName } from './rabbitmq-topology.ts';

/** Events that lie in the process: what waits there would count as delivered whenever the process ends. */
const PREFETCH = 1;

/** A consumer of the queue of a group, of which RabbitMQ serves one at a time: the others stand by. */
export function rabbitmqSubscription(
  source: RabbitmqSource,
  subscription: Subscription,
  explain: Joining['explain'],
  log: Log,
): Background {
  const { topic, group } = subscription;
  const queue = queueName(topic, group);

  const member: Joining['member'] = async (stopping, joined) => {
    const lost = new AbortController();
    const signal = AbortSignal.any([stopping, lost.signal]);
    const over = Promise.withResolvers<void>();
    over.promise.catch(() => {});
    const lose = (error: Error) => {
      lost.abort(error);
      over.reject(error);
    };
    const stop = () => over.resolve();
    let current: Promise<void> = Promise.resolve();
    const connection = await openConnection(source, `consume ${queue}`);
    stopping.addEventListener('abort', stop);
    try {
      const channel = await connection.createChannel();
      channel.on('error', lose);
      channel.on('close', () => lose(new Error('the channel was closed')));
      await declareGroup(channel, topic, group, source.config.queueLimit);
      await channel.prefetch(PREFETCH);
      await channel.consume(queue, (delivery) => {
        if (!delivery) lose(new Error(`queue '${queue}' was deleted`));
        else if (!signal.aborted) current = receive(channel, delivery, signal);
      });
      joined();
      if (!stopping.aborted) await over.promise;
    } finally {
      stopping.removeEventListener('abort', stop);
      await current;
      await closeConnection(connection);
    }
  };
  const receive = async (channel: Channel, delivery: ConsumeMessage, signal: AbortSignal) => {
    const arrival = {
      message: deliveryMessage(delivery),
      origin: queue,
      deliveries: deliveriesOf(delivery),
    };
    if (!(await dealWith(arrival, subscription, signal, log))) return;
    try {
      channel.ack(delivery);
    } catch (error) {
      // The channel is gone: the event comes again, and has no effect.
      log.debug('delivery not acknowledged', { topic, group, error });
    }
  };
  return keepJoining({ topic, group, member, explain, log });
}
