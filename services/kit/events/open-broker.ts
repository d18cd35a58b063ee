import type { AppEvents } from '../../../mesh/policy/app-events.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { openPool } from '../store/open-pool.ts';
import type { Log } from '../telemetry/log.ts';
import type { Broker, BrokerLimits } from './broker.ts';
import { KafkaBroker } from './kafka/kafka-broker.ts';
import { PostgresBroker } from './postgres-broker.ts';
import { RabbitmqBroker } from './rabbitmq/rabbitmq-broker.ts';

export interface BrokerSource {
  readonly events: AppEvents;
  /** Reads a secret by its name. */
  readonly secret: (key: string) => string;
  /** Name of the service. */
  readonly service: string;
  readonly discovery: Discovery;
  readonly log: Log;
  readonly limits?: BrokerLimits;
}

/** The secret that a service signs in to its broker with. */
const PASSWORD = 'events-password';
/** Of one process to the database of topics: to publish, and to say so. A subscription has one of its own. */
const CONNECTIONS = 2;

/**
 * Connects to the broker that the graph gives a service.
 * @throws SettingsError when the secret is missing, or the broker refuses it; Error when it does not answer in time
 */
export async function openBroker(source: BrokerSource): Promise<Broker> {
  const { events, secret, service, discovery, log, limits = {} } = source;
  switch (events.broker) {
    case 'postgres': {
      const store = { ...events, connections: CONNECTIONS };
      const password = secret(PASSWORD);
      const open = await openPool({
        store,
        password,
        applicationName: service,
        discovery,
        log,
        ...(limits.patienceMs !== undefined && { patienceMs: limits.patienceMs }),
      });
      return new PostgresBroker(open, log);
    }
    case 'kafka':
      return await KafkaBroker.open({
        config: events,
        ...(events.signIn && { password: secret(PASSWORD) }),
        service,
        log,
        limits,
      });
    case 'rabbitmq':
      return await RabbitmqBroker.open({ config: events, password: secret(PASSWORD), service, log, limits });
  }
}
