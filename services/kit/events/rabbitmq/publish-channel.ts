import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { closeConnection, openConnection, type RabbitmqConnectionOptions } from './rabbitmq-connection.ts';
import { declareGroup, declareTopic } from './rabbitmq-topology.ts';

/** A channel with publisher confirms. */
export interface PublishChannel {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
  /** Ids of events that were routed to no queue. */
  readonly returned: Set<string>;
  /** Reason why the broker blocks publishers; undefined while it does not. */
  blocked: string | undefined;
}

/**
 * Opens a channel with publisher confirms, and declares exchanges and queues for the topics that the service
 * publishes to.
 * @param onClose called when the channel closes for any reason
 * @throws Error of amqplib
 */
export async function openPublishChannel(
  source: RabbitmqConnectionOptions,
  onClose: () => void,
): Promise<PublishChannel> {
  const { publishes, consumers, maxQueueLength } = source.config;
  const connection = await openConnection(source, 'publish');
  try {
    const channel = await connection.createConfirmChannel();
    const opened: PublishChannel = { connection, channel, returned: new Set(), blocked: undefined };
    // Pending confirms fail with the same error; without a listener it would end the process.
    channel.on('error', () => {});
    channel.on('return', ({ properties }) => opened.returned.add(String(properties.messageId)));
    connection.on('blocked', (reason) => {
      opened.blocked = reason;
    });
    connection.on('unblocked', () => {
      opened.blocked = undefined;
    });
    for (const topic of publishes) {
      await declareTopic(channel, topic);
      for (const group of consumers[topic] ?? []) await declareGroup(channel, topic, group, maxQueueLength);
    }
    channel.once('close', onClose);
    return opened;
  } catch (error) {
    await closeConnection(connection);
    throw error;
  }
}
