import type { Channel, ConsumeMessage } from 'amqplib';
import type { Log } from '../../telemetry/log.ts';
import { deliverMessages, type ReceivedMessage } from '../deliver-messages.ts';
import type { Subscription } from '../event-broker.ts';
import { deliveryCount, deliveryMessage } from './amqp-binding.ts';

/** Events that lie in the process at a time, and are delivered together. */
const PREFETCH = 100;

export interface QueueReaderOptions {
  readonly channel: Channel;
  readonly queue: string;
  readonly subscription: Subscription;
  /** That it has to end soon. */
  readonly signal: AbortSignal;
  /** Told when there is nothing more to read. */
  readonly onLost: (error: Error) => void;
  readonly log: Log;
}

/**
 * Takes the events of a queue and deals with them in their order.
 *
 * What lies in the process counts as delivered when the process ends, also where it is another event's fault. So it takes
 * one at a time, until it has dealt with one that never came before.
 */
export class QueueReader {
  readonly #reading: QueueReaderOptions;
  readonly #taken: ConsumeMessage[] = [];
  #working: Promise<void> | undefined;
  /** Its name with RabbitMQ while it takes one at a time. */
  #careful: string | undefined;

  constructor(reading: QueueReaderOptions) {
    this.#reading = reading;
  }

  async start(): Promise<void> {
    this.#careful = await this.#consume(1);
  }

  /** Resolves when nothing is under way any more, after the signal. */
  async ended(): Promise<void> {
    await this.#working;
  }

  async #consume(prefetch: number): Promise<string> {
    const { channel, queue, onLost } = this.#reading;
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(queue, (delivery) => {
      if (delivery) this.#take(delivery);
      else onLost(new Error(`queue '${queue}' was deleted`));
    });
    return consumerTag;
  }

  #take(delivery: ConsumeMessage): void {
    this.#taken.push(delivery);
    this.#working ??= this.#work()
      .catch(this.#reading.onLost)
      .finally(() => {
        this.#working = undefined;
      });
  }

  async #work(): Promise<void> {
    const { subscription, signal, log } = this.#reading;
    for (;;) {
      const [first, ...others] = this.#taken.map((delivery) => this.#arrival(delivery));
      if (!first || signal.aborted) return;
      const done = await deliverMessages([first, ...others], subscription, signal, log);
      const last = this.#taken[done - 1];
      if (!last) return;
      this.#taken.splice(0, done);
      await this.#acknowledge(last);
    }
  }

  #arrival(delivery: ConsumeMessage): ReceivedMessage {
    const { queue } = this.#reading;
    return { message: deliveryMessage(delivery), origin: queue, deliveries: deliveryCount(delivery) };
  }

  /** Acknowledges `last` and what was taken before it. */
  async #acknowledge(last: ConsumeMessage): Promise<void> {
    const { channel, subscription, log } = this.#reading;
    const { topic, group } = subscription;
    const careful = deliveryCount(last) === 0 ? this.#careful : undefined;
    try {
      // Before it says that it is done with the last, so that it gets no other meanwhile.
      if (careful !== undefined) await channel.cancel(careful);
      channel.ack(last, true);
      if (careful === undefined) return;
      this.#careful = undefined;
      await this.#consume(PREFETCH);
    } catch (error) {
      // The channel is gone: the events come again, and have no effect.
      log.debug('delivery not acknowledged', { topic, group, error });
    }
  }
}
