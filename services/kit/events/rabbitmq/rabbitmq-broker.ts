import { RESPONSE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { SettingsError } from '../../errors/settings-error.ts';
import type { Background } from '../../process/background.ts';
import { BackOff } from '../../time/back-off.ts';
import { sleep } from '../../time/sleep.ts';
import { ServerTls } from '../../tls/server-tls.ts';
import type { Event } from '../event.ts';
import type { BrokerTimeouts, EventBroker, Subscription } from '../event-broker.ts';
import type { RabbitmqConnectionOptions } from './rabbitmq-connection.ts';
import { rabbitmqError } from './rabbitmq-error.ts';
import { RabbitmqPublisher } from './rabbitmq-publisher.ts';
import { rabbitmqSubscription } from './rabbitmq-subscription.ts';

export interface RabbitmqOptions extends Omit<RabbitmqConnectionOptions, 'tls'> {
  readonly timeouts?: BrokerTimeouts;
  /** Directory of the files that `config.tls` names. @default /etc/weft/tls */
  readonly tlsFolder?: string | undefined;
  /** Called after each failed connection attempt with its reason. */
  readonly onWaiting?: ((reason: string) => void) | undefined;
}

/** Stores topics in RabbitMQ, as CloudEvents: one exchange per topic, one quorum queue per group. */
export class RabbitmqBroker implements EventBroker {
  readonly kind = 'rabbitmq';
  readonly #options: RabbitmqOptions & RabbitmqConnectionOptions;
  readonly #publisher: RabbitmqPublisher;

  private constructor(options: RabbitmqOptions & RabbitmqConnectionOptions) {
    this.#options = options;
    // Shorter than the lease of a relay's turn, which lasts 20 s (outbox.ts).
    this.#publisher = new RabbitmqPublisher(
      options,
      options.timeouts?.publishTimeoutMs ?? RESPONSE_TIMEOUT_MS,
    );
  }

  /**
   * Connects to the broker, and declares the exchanges that this service publishes to and the queues of their
   * consumers.
   * @throws SettingsError at once when the broker rejects the user or virtual host, or a file of `config.tls` is
   *   missing or invalid; Error when the broker does not answer in time, or has an exchange or queue of that name
   *   with other settings
   */
  static async open(options: RabbitmqOptions): Promise<RabbitmqBroker> {
    const { config, log, timeouts } = options;
    const tls = new ServerTls(config.tls, log, options.tlsFolder);
    const broker = new RabbitmqBroker({ ...options, tls });
    const deadline = performance.now() + (timeouts?.startTimeoutMs ?? 30_000);
    const backOff = new BackOff({ minMs: 100, maxMs: 2_000 });
    for (;;) {
      try {
        await broker.#publisher.open();
        return broker;
      } catch (error) {
        await broker.close();
        const readable = rabbitmqError(error, 'open topics', config);
        const pauseMs = backOff.next();
        if (readable instanceof SettingsError || performance.now() + pauseMs > deadline) throw readable;
        options.onWaiting?.(readable.message);
        log.info('waiting for RabbitMQ', { address: config.address, reason: readable.message });
        await sleep(pauseMs, new AbortController().signal);
      }
    }
  }

  async publish(events: readonly Event[]): Promise<void> {
    try {
      await this.#publisher.publish(events);
    } catch (error) {
      const topics = [...new Set(events.map(({ topic }) => `'${topic}'`))].join(', ');
      throw rabbitmqError(error, `publish to topic ${topics}`, this.#options.config);
    }
  }

  subscribe(subscription: Subscription): Background {
    const { config, log } = this.#options;
    const toReadableError = (error: unknown) =>
      rabbitmqError(error, `consume topic '${subscription.topic}'`, config);
    return rabbitmqSubscription(this.#options, subscription, toReadableError, log);
  }

  close(): Promise<void> {
    return this.#publisher.close();
  }
}
