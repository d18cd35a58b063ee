import type { SASL_MECHANISMS } from '../policy/app-events.ts';
import type { Tls } from './tls.ts';

/** A Postgres server outside of the cluster. */
export interface PostgresServer {
  /** `host:port`. */
  readonly address: string;
  /** @default verify-full with public authorities; disable in an environment without a cluster */
  readonly tls?: Tls;
  /** Network of the server's addresses (CIDR). NetworkPolicies allow pods to reach no other. @default any address */
  readonly networkCidr?: string;
}

/** A Kafka cluster that Weft does not create. */
export interface KafkaServers {
  /** `host:port` of all brokers. */
  readonly addresses: readonly string[];
  /** SASL mechanism of the services' users, `<service>_events`. @default no authentication */
  readonly saslMechanism?: (typeof SASL_MECHANISMS)[number];
  /** @default verify-full with public authorities; disable in an environment without a cluster */
  readonly tls?: Tls;
  /** Number of brokers that store each event. @default 3 */
  readonly replicationFactor?: number;
  /**
   * Number of brokers that must have stored an event before it counts as published. Kafka's `min.insync.replicas`.
   * @default `replicationFactor` - 1, at least 1
   */
  readonly minInSyncReplicas?: number;
  /** Network of the brokers' addresses (CIDR). NetworkPolicies allow pods to reach no other. @default any address */
  readonly networkCidr?: string;
}

/** A RabbitMQ server that Weft does not create. Each service signs in as the user `<service>_events`. */
export interface RabbitmqServer {
  /** `host:port`. */
  readonly address: string;
  /** @default / */
  readonly vhost?: string;
  /** @default verify-full with public authorities; disable in an environment without a cluster */
  readonly tls?: Tls;
  /** Maximum number of events in the queue of each consumer group. @default 100,000 */
  readonly maxQueueLength?: number;
  /** Network of the server's addresses (CIDR). NetworkPolicies allow pods to reach no other. @default any address */
  readonly networkCidr?: string;
}
