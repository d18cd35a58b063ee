import type { AppEvents } from '../../../mesh/policy/app-events.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { BrokerTimeouts, EventBroker } from '../events/event-broker.ts';
import { PostgresBroker } from '../events/postgres-broker.ts';
import { openPool } from '../store/open-pool.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface BrokerSource {
  readonly events: AppEvents;
  /** Returns a secret by its file name. */
  readonly secret: (key: string) => string;
  /** Name of the service. */
  readonly service: string;
  readonly discovery: Discovery;
  readonly log: Log;
  /** Receives the numbers of connections to Postgres. @default none */
  readonly metrics?: Metrics;
  readonly timeouts?: BrokerTimeouts;
  /** Folder of the files that `events.tls` names. @default /etc/weft/tls */
  readonly tlsFolder?: string | undefined;
  /** Receives the reason of each failed connection attempt. */
  readonly onWaiting?: ((reason: string) => void) | undefined;
}

/** File name of the broker password. */
const PASSWORD = 'events-password';
/** Connections of a process to the database of topics, for publishing and NOTIFY. Each subscription opens its own. */
const CONNECTIONS = 2;

/**
 * Connects to the broker of a service.
 * @throws SettingsError when the secret is missing, or Kafka or RabbitMQ reject it; Error when the broker does not
 *   respond in time, or Postgres rejects the connection
 */
export async function openBroker(source: BrokerSource): Promise<EventBroker> {
  const { events, secret, service, discovery, log, timeouts: limits = {}, tlsFolder, onWaiting } = source;
  switch (events.broker) {
    case 'postgres': {
      const store = { ...events, maxConnections: CONNECTIONS };
      const password = secret(PASSWORD);
      const database = await openPool({
        store,
        password,
        applicationName: service,
        discovery,
        log,
        metrics: source.metrics,
        tlsFolder,
        onWaiting,
        ...(limits.startTimeoutMs !== undefined && { startTimeoutMs: limits.startTimeoutMs }),
      });
      return new PostgresBroker(database, log);
    }
    case 'kafka': {
      // Loaded on demand: each client library costs memory and start time, and a process uses at most one.
      const { KafkaBroker } = await import('../events/kafka/kafka-broker.ts');
      return await KafkaBroker.open({
        config: events,
        ...(events.sasl && { password: secret(PASSWORD) }),
        service,
        log,
        timeouts: limits,
        tlsFolder,
        onWaiting,
      });
    }
    case 'rabbitmq': {
      const { RabbitmqBroker } = await import('../events/rabbitmq/rabbitmq-broker.ts');
      const password = secret(PASSWORD);
      return await RabbitmqBroker.open({
        config: events,
        password,
        service,
        log,
        timeouts: limits,
        tlsFolder,
        onWaiting,
      });
    }
  }
}
