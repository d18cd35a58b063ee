import type { ChannelModel, ConfirmChannel } from 'amqplib';
import type { Event } from '../event.ts';
import { within } from '../within.ts';
import { toPublish } from './amqp-binding.ts';
import { closeConnection, openConnection, type RabbitmqSource } from './rabbitmq-connection.ts';
import { declareGroup, declareTopic } from './rabbitmq-topology.ts';

interface Opened {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
  /** Ids of events that no queue took. */
  readonly returned: Set<string>;
  /** Why the broker takes nothing for now. */
  blocked: string | undefined;
}

/** Publishes with confirms (https://www.rabbitmq.com/docs/confirms), on a connection that it opens when it is needed. */
export class RabbitmqPublisher {
  readonly #source: RabbitmqSource;
  readonly #limitMs: number;
  #opened: Promise<Opened> | undefined;
  #last: Opened | undefined;

  /** @param limitMs how long confirms are waited for, in milliseconds */
  constructor(source: RabbitmqSource, limitMs: number) {
    this.#source = source;
    this.#limitMs = limitMs;
  }

  /** Connects, and makes exchanges and queues. */
  async open(): Promise<Opened> {
    this.#opened ??= this.#connect();
    return await this.#opened;
  }

  /**
   * Resolves when every queue of the topic has every event.
   * @throws Error when the connection is lost, a queue is full, or the broker says nothing within the limit. Some of the
   *   events may be kept then
   */
  async publish(events: readonly Event[]): Promise<void> {
    try {
      await within(this.#send(events), this.#limitMs, () =>
        this.#last?.blocked === undefined ? 'confirm' : `confirm (it takes nothing: ${this.#last.blocked})`,
      );
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const old = this.#opened;
    this.#opened = undefined;
    this.#last = undefined;
    await old?.then(({ connection }) => closeConnection(connection)).catch(() => {});
  }

  async #send(events: readonly Event[]): Promise<void> {
    const opened = await this.open();
    for (const wave of waves(events)) {
      const outcomes = await Promise.allSettled(wave.map((event) => this.#confirmed(opened, event)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
    }
  }

  #confirmed({ channel, returned }: Opened, event: Event): Promise<void> {
    const { service, config } = this.#source;
    const { body, options } = toPublish(event, `/${service}`);
    const { topic, key, id } = event;
    const mandatory = (config.consumers[topic] ?? []).length > 0;
    return new Promise((resolve, reject) => {
      channel.publish(topic, key, body, { ...options, mandatory }, (error) => {
        // A return comes before the confirm of its event.
        if (returned.delete(id))
          reject(new Error(`the queues of topic '${topic}' are gone; they are made anew`));
        else if (!error) resolve();
        else reject(/nack/i.test(String(error)) ? new Error(this.#full(topic)) : error);
      });
    });
  }

  #full(topic: string): string {
    const { queueLimit } = this.#source.config;
    return `refused: a queue of topic '${topic}' is full, most likely, with ${queueLimit} events; see to its consumer, or raise events.queueLimit`;
  }

  async #connect(): Promise<Opened> {
    const { config } = this.#source;
    const connection = await openConnection(this.#source, 'publish');
    try {
      const channel = await connection.createConfirmChannel();
      const opened: Opened = { connection, channel, returned: new Set(), blocked: undefined };
      // Whoever waits for a confirm is told; others need not know.
      channel.on('error', () => {});
      channel.on('return', ({ properties }) => opened.returned.add(String(properties.messageId)));
      connection.on('blocked', (reason) => {
        opened.blocked = reason;
      });
      connection.on('unblocked', () => {
        opened.blocked = undefined;
      });
      for (const topic of config.publishes) {
        await declareTopic(channel, topic);
        for (const group of config.consumers[topic] ?? []) {
          await declareGroup(channel, topic, group, config.queueLimit);
        }
      }
      channel.once('close', () => {
        if (this.#last !== opened) return;
        this.#opened = undefined;
        this.#last = undefined;
      });
      this.#last = opened;
      return opened;
    } catch (error) {
      await closeConnection(connection);
      throw error;
    }
  }
}

/**
 * `events` in their order, in parts that have each key once. The next part waits for the confirms of the one before: a
 * queue that refuses an event and takes the next, because it is not full any more, would change their order.
 */
function waves(events: readonly Event[]): readonly (readonly Event[])[] {
  const all: Event[][] = [];
  const lastOf = new Map<string, number>();
  for (const event of events) {
    const key = `${event.topic}/${event.key}`;
    const wave = (lastOf.get(key) ?? -1) + 1;
    lastOf.set(key, wave);
    all[wave] = [...(all[wave] ?? []), event];
  }
  return all;
}
