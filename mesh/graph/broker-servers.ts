import type { SASL_MECHANISMS } from '../policy/app-events.ts';
import type { Tls } from './tls.ts';

/** A Kafka cluster that is there already. */
export interface KafkaServers {
  /** `host:port` of all its brokers. */
  readonly addresses: readonly string[];
  /** How a service signs in, as the user `<service>_events`. @default nobody signs in */
  readonly saslMechanism?: (typeof SASL_MECHANISMS)[number];
  /** @default verify-full by public authorities; where the environment has no cluster, disable */
  readonly tls?: Tls;
  /** Brokers that keep each event. @default 3 */
  readonly replicationFactor?: number;
  /** Brokers that must have an event before it counts as published. @default one less than `replicas`, 1 at least */
  readonly minInSyncReplicas?: number;
  /** Where the brokers' addresses lie (CIDR): pods are let out to nowhere else. @default anywhere */
  readonly networkCidr?: string;
}

/** A RabbitMQ that is there already. */
export interface RabbitmqServer {
  /** `host:port`. A service signs in as the user `<service>_events`. */
  readonly address: string;
  /** @default / */
  readonly vhost?: string;
  /** @default verify-full by public authorities; where the environment has no cluster, disable */
  readonly tls?: Tls;
  /** Events that wait for a group at most. @default 100,000 */
  readonly maxQueueLength?: number;
  /** Where the broker's addresses lie (CIDR): pods are let out to nowhere else. @default anywhere */
  readonly networkCidr?: string;
}
