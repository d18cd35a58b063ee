import type { Secrets } from '../../../../mesh/run/secrets.ts';
import type { ContainerBrokerKind } from '../../brokers/broker-container.ts';
import type { ActiveFault } from '../chaos-testbed.ts';
import type { LedgerEvent } from '../ledger-snapshot.ts';

/** The broker of a local run, if it is not Postgres: Kafka or RabbitMQ in a container. */
export interface LocalBroker {
  readonly kind: ContainerBrokerKind;
  /** `host:port` for the services. */
  readonly address: string;
  /** Waits until the broker serves clients, then grants the services access. */
  grantAccess(secrets: Secrets): Promise<void>;
  /** Kills the container without a shutdown and starts it again. */
  kill(): Promise<ActiveFault>;
  freeze(durationMs: number, signal: AbortSignal): Promise<ActiveFault>;
  /** Reads all events of the topic `orders`, without duplicates. Events with one key are in publication order. */
  events(): Promise<readonly LedgerEvent[]>;
  /** Removes the container and its data. */
  remove(): Promise<void>;
}
