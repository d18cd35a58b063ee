import type { Duration } from './duration.ts';
import type { AppTls } from './tls.ts';

/** The topics of a service and the broker that stores them, in the format of app.json. */
export type AppEvents = AppPostgresEvents | AppKafkaEvents | AppRabbitmqEvents;

/** Topics of a service. A process can use no others. */
export interface AppTopics {
  readonly publishes: readonly string[];
  readonly consumes: readonly string[];
  /** Full names of the message types of each of these topics. */
  readonly messageTypes: Readonly<Record<string, readonly string[]>>;
  /** How long each of these topics keeps an event, consumed or not. */
  readonly retention: Readonly<Record<string, Duration>>;
}

export interface AppPostgresEvents extends AppTopics {
  readonly broker: 'postgres';
  /** `host:port`. */
  readonly address: string;
  readonly database: string;
  /** Database role. Its password is the secret `events-password`. */
  readonly role: string;
  /** @default disable */
  readonly tls?: AppTls;
}

export interface AppKafkaEvents extends AppTopics {
  readonly broker: 'kafka';
  /** `host:port` of the bootstrap brokers. */
  readonly addresses: readonly string[];
  /** @default the brokers do not authenticate clients */
  readonly sasl?: KafkaSasl;
  /** @default disable */
  readonly tls?: AppTls;
  /** Settings of the topics that this service publishes to, by topic. The service creates these topics. */
  readonly topics: Readonly<Record<string, KafkaTopic>>;
}

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** SASL credentials of a Kafka client. The password is the secret `events-password`. */
export interface KafkaSasl {
  readonly mechanism: (typeof SASL_MECHANISMS)[number];
  readonly user: string;
}

export interface KafkaTopic {
  /** Number of partitions, which limits how many consumers of one group work in parallel. */
  readonly partitions: number;
  /** Number of brokers that store each event. */
  readonly replicationFactor: number;
  /** Number of brokers that must have stored an event before it counts as published. Kafka's `min.insync.replicas`. */
  readonly minInSyncReplicas: number;
  /** How long the topic keeps an event, consumed or not. */
  readonly retention: Duration;
}

export interface AppRabbitmqEvents extends AppTopics {
  readonly broker: 'rabbitmq';
  /** `host:port`. */
  readonly address: string;
  readonly vhost: string;
  /** Its password is the secret `events-password`. */
  readonly user: string;
  /** @default disable */
  readonly tls?: AppTls;
  /**
   * Consuming services of each topic that this service publishes to. Their queues are declared before the first event.
   */
  readonly consumers: Readonly<Record<string, readonly string[]>>;
  /** Maximum number of events in each consumer's queue. Further events are refused, and stay in the outbox. */
  readonly maxQueueLength: number;
}
