import type { Background } from '../../process/background.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Subscription } from '../event-broker.ts';
import { type MembershipOptions, maintainMembership } from '../maintain-membership.ts';
import { QueueReader } from './queue-reader.ts';
import { closeConnection, openConnection, type RabbitmqConnectionOptions } from './rabbitmq-connection.ts';
import { declareGroup, queueName } from './rabbitmq-topology.ts';

/** Consumes the queue of a group. RabbitMQ serves a single active consumer; the others are standbys. */
export function rabbitmqSubscription(
  source: RabbitmqConnectionOptions,
  subscription: Subscription,
  toReadableError: MembershipOptions['toReadableError'],
  log: Log,
): Background {
  const { topic, group } = subscription;
  const queue = queueName(topic, group);

  const runMember: MembershipOptions['runMember'] = async (stopping, joined) => {
    const membershipLost = new AbortController();
    const signal = AbortSignal.any([stopping, membershipLost.signal]);
    const over = Promise.withResolvers<void>();
    over.promise.catch(() => {});
    const onLost = (error: Error) => {
      membershipLost.abort(error);
      over.reject(error);
    };
    const stop = () => over.resolve();
    let reader: QueueReader | undefined;
    const connection = await openConnection(source, `consume ${queue}`);
    stopping.addEventListener('abort', stop);
    try {
      const channel = await connection.createChannel();
      channel.on('error', onLost);
      channel.on('close', () => onLost(new Error('the broker closed the channel')));
      await declareGroup(channel, topic, group, source.config.maxQueueLength);
      reader = new QueueReader({ channel, queue, subscription, signal, onLost, log });
      await reader.start();
      joined();
      if (!stopping.aborted) await over.promise;
    } finally {
      stopping.removeEventListener('abort', stop);
      await reader?.ended();
      await closeConnection(connection);
    }
  };
  return maintainMembership({ topic, group, runMember, toReadableError, log });
}
