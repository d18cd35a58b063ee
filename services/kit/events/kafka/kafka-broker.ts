import type { Kafka } from 'kafkajs';
import { RESPONSE_TIMEOUT_MS } from '../../../../mesh/policy/liveness.ts';
import { SettingsError } from '../../errors/settings-error.ts';
import type { Background } from '../../process/background.ts';
import { BackOff } from '../../time/back-off.ts';
import { sleep } from '../../time/sleep.ts';
import { withTimeout } from '../../time/with-timeout.ts';
import { ServerTls } from '../../tls/server-tls.ts';
import type { Event } from '../event.ts';
import type { BrokerTimeouts, EventBroker, Subscription } from '../event-broker.ts';
import { disconnect } from './disconnect.ts';
import { type KafkaClientOptions, kafkaClient } from './kafka-client.ts';
import { kafkaError } from './kafka-error.ts';
import { KafkaPublisher } from './kafka-publisher.ts';
import { kafkaSubscription } from './kafka-subscription.ts';
import { ensureTopics } from './kafka-topics.ts';

export interface KafkaOptions extends Omit<KafkaClientOptions, 'tls'> {
  readonly timeouts?: BrokerTimeouts;
  /** Directory of the files that `config.tls` names. @default /etc/weft/tls */
  readonly tlsFolder?: string | undefined;
  /** Called after each failed connection attempt with its reason. */
  readonly onWaiting?: ((reason: string) => void) | undefined;
}

/**
 * Session timeout of a consumer, in milliseconds: after this time without heartbeats, Kafka assigns its partitions to
 * other members. Kafka accepts 6 s or more by default (group.min.session.timeout.ms).
 */
const SESSION_MS = 8_000;
/**
 * Time that a consumer request may take beyond the session timeout, in milliseconds. SyncGroup waits until the
 * session of a killed group leader ends.
 */
const BEYOND_SESSION_MS = RESPONSE_TIMEOUT_MS - SESSION_MS;

/** Stores topics in Kafka, as CloudEvents. */
export class KafkaBroker implements EventBroker {
  readonly kind = 'kafka';
  readonly #options: KafkaOptions & KafkaClientOptions;
  readonly #publisher: KafkaPublisher;

  private constructor(kafka: Kafka, options: KafkaOptions & KafkaClientOptions) {
    this.#options = options;
    const { service, timeouts, log } = options;
    // Shorter than the lease of a relay's turn, which lasts 20 s (outbox.ts).
    this.#publisher = new KafkaPublisher(
      kafka,
      `/${service}`,
      timeouts?.publishTimeoutMs ?? RESPONSE_TIMEOUT_MS,
      log,
    );
  }

  /**
   * Connects to the brokers and creates missing topics that this service publishes to.
   * @throws SettingsError at once when the brokers reject the user, or a file of `config.tls` is missing or invalid;
   *   Error when the brokers do not answer in time or cannot create a topic
   */
  static async open(access: KafkaOptions): Promise<KafkaBroker> {
    const { config, log, timeouts } = access;
    const options = { ...access, tls: new ServerTls(config.tls, log, access.tlsFolder) };
    const kafka = kafkaClient(options);
    const deadline = performance.now() + (timeouts?.startTimeoutMs ?? 30_000);
    const backOff = new BackOff({ minMs: 100, maxMs: 2_000 });
    for (;;) {
      const admin = kafka.admin({ retry: { retries: 0 } });
      try {
        await withTimeout(admin.connect(), RESPONSE_TIMEOUT_MS, () => 'connection');
        await ensureTopics(admin, config.topics, log);
        return new KafkaBroker(kafka, options);
      } catch (error) {
        const readable = kafkaError(error, `open topics ${Object.keys(config.topics).join(', ')}`, config);
        const pauseMs = backOff.next();
        if (readable instanceof SettingsError || performance.now() + pauseMs > deadline) throw readable;
        access.onWaiting?.(readable.message);
        log.info('waiting for Kafka', { addresses: config.addresses, reason: readable.message });
        await sleep(pauseMs, new AbortController().signal);
      } finally {
        await disconnect(admin, log);
      }
    }
  }

  async publish(events: readonly Event[]): Promise<void> {
    try {
      await this.#publisher.publish(events);
    } catch (error) {
      const topics = [...new Set(events.map(({ topic }) => `'${topic}'`))].join(', ');
      throw kafkaError(error, `publish to topic ${topics}`, this.#options.config);
    }
  }

  subscribe(subscription: Subscription): Background {
    const { config, timeouts, log } = this.#options;
    const sessionMs = timeouts?.sessionTimeoutMs ?? SESSION_MS;
    const toReadableError = (error: unknown) =>
      kafkaError(error, `consume topic '${subscription.topic}'`, config);
    const kafka = kafkaClient(this.#options, sessionMs + BEYOND_SESSION_MS);
    return kafkaSubscription(kafka, subscription, sessionMs, toReadableError, log);
  }

  close(): Promise<void> {
    return this.#publisher.close();
  }
}
