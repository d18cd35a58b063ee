import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { closeConnection, openConnection, type RabbitmqConnectionOptions } from './rabbitmq-connection.ts';
import { declareGroup, declareTopic } from './rabbitmq-topology.ts';

/** A channel that events are published on. */
export interface PublishChannel {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
  /** Ids of events that no queue took. */
  readonly returned: Set<string>;
  /** Why the broker takes nothing for now. */
  blocked: string | undefined;
}

/**
 * Opens a channel with confirms, and makes exchanges and queues for the topics that the service publishes to.
 * @param onClose called when it is closed, for whatever reason
 * @throws Error as amqplib says it
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
    // Whoever waits for a confirm is told; others need not know.
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
