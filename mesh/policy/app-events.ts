import type { Duration } from './duration.ts';
import type { AppTls } from './tls.ts';

/** What a service process is told about topics: which broker carries them, and where it is. */
export type AppEvents = AppPostgresEvents | AppKafkaEvents | AppRabbitmqEvents;

/** Topics of the graph. What is not here a process can neither publish to nor consume. */
export interface AppTopics {
  readonly publishes: readonly string[];
  readonly consumes: readonly string[];
  /** Full names of the messages that events of each of these topics are. */
  readonly messageTypes: Readonly<Record<string, readonly string[]>>;
  /** How long each of these topics keeps an event, consumed or not. */
  readonly retention: Readonly<Record<string, Duration>>;
}

export interface AppPostgresEvents extends AppTopics {
  readonly broker: 'postgres';
  /** `host:port`. */
  readonly address: string;
  readonly database: string;
  /** Signs in with the secret `events-password`. */
  readonly role: string;
  /** @default disable */
  readonly tls?: AppTls;
}

export interface AppKafkaEvents extends AppTopics {
  readonly broker: 'kafka';
  /** `host:port` of some brokers, which tell of the others. */
  readonly addresses: readonly string[];
  /** Absent where brokers let everybody in. */
  readonly sasl?: KafkaSasl;
  /** @default disable */
  readonly tls?: AppTls;
  /** What a topic that this service publishes to is made with, by its name. */
  readonly topics: Readonly<Record<string, KafkaTopic>>;
}

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

export interface KafkaSasl {
  readonly mechanism: (typeof SASL_MECHANISMS)[number];
  /** Signs in with the secret `events-password`. */
  readonly user: string;
}

export interface KafkaTopic {
  /** Consumers of one group that can be busy at a time, at most. */
  readonly partitions: number;
  /** Brokers that keep each event. */
  readonly replicationFactor: number;
  /** Brokers that must have an event before it counts as published. */
  readonly minInSyncReplicas: number;
  /** How long an event is kept, consumed or not. */
  readonly retention: Duration;
}

export interface AppRabbitmqEvents extends AppTopics {
  readonly broker: 'rabbitmq';
  /** `host:port`. */
  readonly address: string;
  readonly vhost: string;
  /** Signs in with the secret `events-password`. */
  readonly user: string;
  /** @default disable */
  readonly tls?: AppTls;
  /** Services that consume each topic that this one publishes to: their queues are there before its first event. */
  readonly consumers: Readonly<Record<string, readonly string[]>>;
  /** Events that wait for a group at most; what is published beyond is refused, and stays in the outbox. */
  readonly maxQueueLength: number;
}
