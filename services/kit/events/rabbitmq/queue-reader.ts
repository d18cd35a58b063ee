import type { Channel, ConsumeMessage } from 'amqplib';
import type { Log } from '../../telemetry/log.ts';
import { deliverMessages, type ReceivedMessage } from '../deliver-messages.ts';
import type { Subscription } from '../event-broker.ts';
import { deliveryCount, deliveryMessage } from './amqp-binding.ts';

/** Maximum number of unacknowledged events per consumer, and of events in one delivery to the receiver. */
const PREFETCH = 100;

export interface QueueReaderOptions {
  readonly channel: Channel;
  readonly queue: string;
  readonly subscription: Subscription;
  /** Aborts when the reader is to stop. */
  readonly signal: AbortSignal;
  /** Called when no further events can arrive. */
  readonly onLost: (error: Error) => void;
  readonly log: Log;
}

/**
 * Reads a queue and delivers its events in order.
 *
 * If the process crashes, every prefetched event counts as delivered, not only the one that caused the crash. The
 * reader therefore prefetches one event at a time until it has completed one that was never delivered before.
 */
export class QueueReader {
  readonly #options: QueueReaderOptions;
  readonly #pending: ConsumeMessage[] = [];
  #processing: Promise<void> | undefined;
  /** Consumer tag while the reader prefetches one event at a time. */
  #carefulTag: string | undefined;

  constructor(options: QueueReaderOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#carefulTag = await this.#consume(1);
  }

  /** Resolves when no delivery is in progress, after the signal has aborted. */
  async ended(): Promise<void> {
    await this.#processing;
  }

  async #consume(prefetch: number): Promise<string> {
    const { channel, queue, onLost } = this.#options;
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(queue, (delivery) => {
      if (delivery) this.#enqueue(delivery);
      else onLost(new Error(`queue '${queue}' was deleted`));
    });
    return consumerTag;
  }

  #enqueue(delivery: ConsumeMessage): void {
    this.#pending.push(delivery);
    this.#processing ??= this.#process()
      .catch(this.#options.onLost)
      .finally(() => {
        this.#processing = undefined;
      });
  }

  async #process(): Promise<void> {
    const { subscription, signal, log } = this.#options;
    for (;;) {
      const [first, ...others] = this.#pending.map((delivery) => this.#toMessage(delivery));
      if (!first || signal.aborted) return;
      const deliveredCount = await deliverMessages([first, ...others], subscription, signal, log);
      const lastDelivery = this.#pending[deliveredCount - 1];
      if (!lastDelivery) return;
      this.#pending.splice(0, deliveredCount);
      await this.#acknowledge(lastDelivery);
    }
  }

  #toMessage(delivery: ConsumeMessage): ReceivedMessage {
    const { queue } = this.#options;
    return { message: deliveryMessage(delivery), origin: queue, deliveries: deliveryCount(delivery) };
  }

  /** Acknowledges `delivery` and all before it. */
  async #acknowledge(delivery: ConsumeMessage): Promise<void> {
    const { channel, subscription, log } = this.#options;
    const { topic, group } = subscription;
    const tag = deliveryCount(delivery) === 0 ? this.#carefulTag : undefined;
    try {
      // The consumer is cancelled before the acknowledgement, so that it receives no further event.
      if (tag !== undefined) await channel.cancel(tag);
      channel.ack(delivery, true);
      if (tag === undefined) return;
      this.#carefulTag = undefined;
      await this.#consume(PREFETCH);
    } catch (error) {
      // The channel is closed: the events are redelivered, and the inbox drops them.
      log.debug('delivery could not be acknowledged; it will be redelivered', { topic, group, error });
    }
  }
}
