import { setTimeout as delay } from 'node:timers/promises';
import { CLOSE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { sleep } from '../../time/sleep.ts';
import { within } from '../../time/within.ts';
import type { Event } from '../event.ts';
import { toPublish } from './amqp-binding.ts';
import { openPublishChannel, type PublishChannel } from './publish-channel.ts';
import { closeConnection, type RabbitmqConnectionOptions } from './rabbitmq-connection.ts';
import { waves } from './waves.ts';

/** After a refusal, in milliseconds. */
const ROOM_PAUSE_MS = 100;
/**
 * After queues were made, in milliseconds. RabbitMQ writes down which queues it has (Ra's directory of servers) once none
 * was made for half a second, for which it looks twice a second: within a second after the last. One that is killed before
 * has lost what is in its youngest queues, confirmed or not.
 */
const WRITTEN_MS = 2_000;
/** Ids that are remembered: of events that another process has published since, some never go. */
const MOST_CONFIRMED = 10_000;

/** Publishes with confirms (https://www.rabbitmq.com/docs/confirms), on a connection that it opens when it is needed. */
export class RabbitmqPublisher {
  readonly #source: RabbitmqConnectionOptions;
  readonly #limitMs: number;
  #opened: Promise<PublishChannel> | undefined;
  #last: PublishChannel | undefined;
  /** Ids of events that every queue has, while those published with them are not all kept. */
  readonly #confirmed = new Set<string>();
  /** Resolves when the broker has written down the queues that were made. */
  #written: Promise<void> | undefined;
  /** The topic that has a full queue, while it is waited for. */
  #full: string | undefined;

  /** @param limitMs how long confirms are waited for, in milliseconds; two seconds of it may go by before the first event */
  constructor(source: RabbitmqConnectionOptions, limitMs: number) {
    this.#source = source;
    this.#limitMs = limitMs;
  }

  /** Connects, and makes exchanges and queues. */
  async open(): Promise<PublishChannel> {
    if (!this.#opened) {
      const opened = openPublishChannel(this.#source, () => {
        if (this.#opened === opened) this.#opened = undefined;
      });
      this.#opened = opened;
      this.#last = await opened;
      this.#written ??= delay(WRITTEN_MS, undefined, { ref: false });
    }
    return await this.#opened;
  }

  /**
   * Resolves when every queue of the topic has every event. What a full queue refuses is given again, and so is, when it
   * is published again, what was not confirmed: if all were, repeats would take the room that the consumer makes.
   * @throws Error when the connection is lost, or there is no confirm, or no room, within the limit. Some of the events
   *   may be kept then
   */
  async publish(events: readonly Event[]): Promise<void> {
    const over = new AbortController();
    this.#full = undefined;
    try {
      await within(this.#send(events, over.signal), this.#limitMs, () => this.#awaited());
      for (const { id } of events) this.#confirmed.delete(id);
    } catch (error) {
      if (this.#full === undefined) await this.close();
      if (this.#confirmed.size > MOST_CONFIRMED) this.#confirmed.clear();
      throw error;
    } finally {
      over.abort();
    }
  }

  async close(): Promise<void> {
    const old = this.#opened;
    this.#opened = undefined;
    this.#last = undefined;
    const ended = old?.then(({ connection }) => closeConnection(connection)).catch(() => {});
    // A connection that hangs while it opens ends by its heartbeat; events must not wait for that.
    await Promise.race([ended, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  async #send(events: readonly Event[], over: AbortSignal): Promise<void> {
    const opened = await this.open();
    await this.#written;
    for (const wave of waves(events.filter(({ id }) => !this.#confirmed.has(id)))) {
      if (over.aborted) return;
      let refused = await this.#give(opened, wave);
      while (refused.length > 0) {
        this.#full = refused[0]?.topic;
        await sleep(ROOM_PAUSE_MS, over);
        if (over.aborted) return;
        this.#full = undefined;
        refused = await this.#give(opened, refused);
      }
    }
  }

  /** Resolves with what was refused. */
  async #give(opened: PublishChannel, events: readonly Event[]): Promise<readonly Event[]> {
    const outcomes = await Promise.allSettled(events.map((event) => this.#giveOne(opened, event)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return events.filter(({ id }) => !this.#confirmed.has(id));
  }

  #giveOne({ channel, returned }: PublishChannel, event: Event): Promise<void> {
    const { service, config } = this.#source;
    const { body, options } = toPublish(event, `/${service}`);
    const { topic, key, id } = event;
    const mandatory = (config.consumers[topic] ?? []).length > 0;
    return new Promise((resolve, reject) => {
      channel.publish(topic, key, body, { ...options, mandatory }, (error) => {
        const isRefused = /nack/i.test(String(error));
        // A return comes before the confirm of its event.
        if (returned.delete(id)) {
          this.#written = undefined;
          reject(new Error(`the queues of topic '${topic}' are gone; they are made anew`));
        } else if (error && !isRefused) reject(error);
        else {
          if (!error) this.#confirmed.add(id);
          resolve();
        }
      });
    });
  }

  /** What is waited for. */
  #awaited(): string {
    const { maxQueueLength } = this.#source.config;
    if (this.#full !== undefined)
      return `room in a queue of topic '${this.#full}' (it has ${maxQueueLength} events)`;
    return this.#last?.blocked === undefined
      ? 'confirm'
      : `confirm (it takes nothing: ${this.#last.blocked})`;
  }
}
