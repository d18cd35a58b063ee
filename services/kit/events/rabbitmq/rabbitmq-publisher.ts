import { setTimeout as delay } from 'node:timers/promises';
import { CLOSE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { sleep } from '../../time/sleep.ts';
import { withTimeout } from '../../time/with-timeout.ts';
import type { Event } from '../event.ts';
import { toPublish } from './amqp-binding.ts';
import { openPublishChannel, type PublishChannel } from './publish-channel.ts';
import { closeConnection, type RabbitmqConnectionOptions } from './rabbitmq-connection.ts';

/** Pause after a full queue refused an event, in milliseconds. */
const FULL_QUEUE_PAUSE_MS = 100;
/**
 * Pause after queues were declared, in milliseconds. RabbitMQ persists its list of queues (Ra's server directory)
 * within a second after the last declaration: it checks twice a second whether none was declared for half a second. A
 * broker that is killed before loses the contents of its newest queues, confirmed or not.
 */
const PERSIST_QUEUES_MS = 2_000;
/**
 * Bounds the ids of confirmed events. Ids of events that another process has published meanwhile would never be
 * removed.
 */
const MAX_CONFIRMED = 10_000;

/** Publishes with publisher confirms (https://www.rabbitmq.com/docs/confirms). Connects on first use. */
export class RabbitmqPublisher {
  readonly #source: RabbitmqConnectionOptions;
  readonly #timeoutMs: number;
  #opened: Promise<PublishChannel> | undefined;
  #current: PublishChannel | undefined;
  /** Ids of events that every queue has, until the whole batch is confirmed. */
  readonly #confirmed = new Set<string>();
  /** Resolves when the broker has persisted the declared queues. */
  #persisted: Promise<void> | undefined;
  /** Topic whose queue is full, while the publisher waits for free capacity. */
  #fullTopic: string | undefined;

  /**
   * @param timeoutMs longest wait for confirms, in milliseconds; up to two seconds of it may pass before the first
   *   event is sent
   */
  constructor(source: RabbitmqConnectionOptions, timeoutMs: number) {
    this.#source = source;
    this.#timeoutMs = timeoutMs;
  }

  /** Connects, and declares exchanges and queues. */
  async open(): Promise<PublishChannel> {
    if (!this.#opened) {
      const opened = openPublishChannel(this.#source, () => {
        if (this.#opened === opened) this.#opened = undefined;
      });
      this.#opened = opened;
      this.#current = await opened;
      this.#persisted ??= delay(PERSIST_QUEUES_MS, undefined, { ref: false });
    }
    return await this.#opened;
  }

  /**
   * Resolves when every queue of the topic has every event. Events that a full queue refused are sent again. When the
   * same batch is published again, only unconfirmed events are sent: duplicates would fill the capacity that the
   * consumer frees.
   * @throws Error when the connection is lost, or no confirm or no room arrives within the timeout. Some of the events
   *   may be stored nevertheless
   */
  async publish(events: readonly Event[]): Promise<void> {
    const over = new AbortController();
    this.#fullTopic = undefined;
    try {
      await withTimeout(this.#send(events, over.signal), this.#timeoutMs, () => this.#pendingCondition());
      for (const { id } of events) this.#confirmed.delete(id);
    } catch (error) {
      if (this.#fullTopic === undefined) await this.close();
      if (this.#confirmed.size > MAX_CONFIRMED) this.#confirmed.clear();
      throw error;
    } finally {
      over.abort();
    }
  }

  async close(): Promise<void> {
    const old = this.#opened;
    this.#opened = undefined;
    this.#current = undefined;
    const ended = old?.then(({ connection }) => closeConnection(connection)).catch(() => {});
    // An unresponsive connection ends by its heartbeat; publishing must not wait for that.
    await Promise.race([ended, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  async #send(events: readonly Event[], over: AbortSignal): Promise<void> {
    const opened = await this.open();
    await this.#persisted;
    for (const batch of splitByKey(events.filter(({ id }) => !this.#confirmed.has(id)))) {
      if (over.aborted) return;
      let rejectedEvents = await this.#sendBatch(opened, batch);
      while (rejectedEvents.length > 0) {
        this.#fullTopic = rejectedEvents[0]?.topic;
        await sleep(FULL_QUEUE_PAUSE_MS, over);
        if (over.aborted) return;
        this.#fullTopic = undefined;
        rejectedEvents = await this.#sendBatch(opened, rejectedEvents);
      }
    }
  }

  /** Sends events and resolves with those that were refused. */
  async #sendBatch(opened: PublishChannel, events: readonly Event[]): Promise<readonly Event[]> {
    const outcomes = await Promise.allSettled(events.map((event) => this.#sendOne(opened, event)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return events.filter(({ id }) => !this.#confirmed.has(id));
  }

  #sendOne({ channel, returned }: PublishChannel, event: Event): Promise<void> {
    const { service, config } = this.#source;
    const { body, options } = toPublish(event, `/${service}`);
    const { topic, key, id } = event;
    const mandatory = (config.consumers[topic] ?? []).length > 0;
    return new Promise((resolve, reject) => {
      channel.publish(topic, key, body, { ...options, mandatory }, (error) => {
        const isRefused = /nack/i.test(String(error));
        // RabbitMQ sends the return of an event before its confirm.
        if (returned.delete(id)) {
          this.#persisted = undefined;
          reject(new Error(`the queues of topic '${topic}' are missing; redeclaring them`));
        } else if (error && !isRefused) reject(error);
        else {
          if (!error) this.#confirmed.add(id);
          resolve();
        }
      });
    });
  }

  /** Names what `publish` waits for, for the timeout error. */
  #pendingCondition(): string {
    const { maxQueueLength } = this.#source.config;
    if (this.#fullTopic !== undefined)
      return `room in a queue of topic '${this.#fullTopic}' (it has ${maxQueueLength} events)`;
    return this.#current?.blocked === undefined
      ? 'confirm'
      : `confirm (publishers are blocked: ${this.#current.blocked})`;
  }
}

/**
 * Splits `events` in order into batches with at most one event per key. Each batch is sent after the previous one is
 * confirmed. Otherwise a full queue could refuse an event, accept the next one of the same key, and so reorder them.
 */
function splitByKey(events: readonly Event[]): readonly (readonly Event[])[] {
  const batches: Event[][] = [];
  const lastBatch = new Map<string, number>();
  for (const event of events) {
    const key = `${event.topic}/${event.key}`;
    const index = (lastBatch.get(key) ?? -1) + 1;
    lastBatch.set(key, index);
    batches[index] = [...(batches[index] ?? []), event];
  }
  return batches;
}
