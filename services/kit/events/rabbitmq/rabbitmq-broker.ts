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
  /** Folder of the files that `config.tls` names. @default /etc/weft/tls */
  readonly tlsFolder?: string | undefined;
  /** Receives why the broker cannot be used yet, after each try. */
  readonly onWaiting?: ((reason: string) => void) | undefined;
}

/** Topics in RabbitMQ, as CloudEvents: an exchange for each topic, a quorum queue for each group. */
export class RabbitmqBroker implements EventBroker {
  readonly #options: RabbitmqOptions & RabbitmqConnectionOptions;
  readonly #publisher: RabbitmqPublisher;

  private constructor(options: RabbitmqOptions & RabbitmqConnectionOptions) {
    this.#options = options;
    // Less than the turn of a relay, which lasts 20 s (outbox.ts).
    this.#publisher = new RabbitmqPublisher(
      options,
      options.timeouts?.publishTimeoutMs ?? RESPONSE_TIMEOUT_MS,
    );
  }

  /**
   * Makes sure that the broker answers; makes the exchanges that this service publishes to, and the queues of those who
   * consume them.
   * @throws SettingsError at once when it refuses user or virtual host, or a file of `config.tls` is missing or wrong; Error
   *   when it does not answer in time, or has an exchange or queue of that name with other settings
   */
  static async open(options: RabbitmqOptions): Promise<RabbitmqBroker> {
    const { config, log, timeouts: limits } = options;
    const tls = new ServerTls(config.tls, log, options.tlsFolder);
    const broker = new RabbitmqBroker({ ...options, tls });
    const until = performance.now() + (limits?.startTimeoutMs ?? 30_000);
    const backOff = new BackOff({ minMs: 100, maxMs: 2_000 });
    for (;;) {
      try {
        await broker.#publisher.open();
        return broker;
      } catch (error) {
        await broker.close();
        const told = rabbitmqError(error, 'open topics', config);
        const pauseMs = backOff.next();
        if (told instanceof SettingsError || performance.now() + pauseMs > until) throw told;
        options.onWaiting?.(told.message);
        log.info('waiting for RabbitMQ', { address: config.address, reason: told.message });
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
    const explain = (error: unknown) => rabbitmqError(error, `consume topic '${subscription.topic}'`, config);
    return rabbitmqSubscription(this.#options, subscription, explain, log);
  }

  close(): Promise<void> {
    return this.#publisher.close();
  }
}
