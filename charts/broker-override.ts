import { BROKERS, type Broker } from '../mesh/policy/broker.ts';
import type { ShopEnvironment } from './environments.ts';

/** Options of a command that replace the environment's broker. */
export interface BrokerOptions {
  readonly broker: Broker;
  /** `host:port` of an existing Kafka or RabbitMQ. @default the environment's address */
  readonly address?: string;
}

/**
 * Parses the options `--broker` and `--broker-address`.
 * @throws Error if the broker is unknown, or the address has no broker
 */
export function parseBrokerOverride(
  broker: string | undefined,
  address: string | undefined,
): BrokerOptions | undefined {
  if (broker !== undefined && !isBroker(broker))
    throw new Error(`--broker '${broker}' is unknown: use one of ${BROKERS.join(', ')}`);
  if (address !== undefined && (broker === undefined || broker === 'postgres'))
    throw new Error(`--broker-address '${address}' needs --broker kafka or --broker rabbitmq`);
  return broker && { broker, ...(address !== undefined && { address }) };
}

function isBroker(text: string): text is Broker {
  return BROKERS.some((broker) => broker === text);
}

/**
 * Returns the environment with another broker. A Kafka with a given address has one broker and no authentication. TLS
 * to a given address is configured as the environment configures it for its own broker of that kind.
 */
export function withBroker(
  environment: ShopEnvironment,
  { broker, address }: BrokerOptions,
): ShopEnvironment {
  if (address === undefined) return { ...environment, broker };
  const original = environment[broker === 'kafka' ? 'kafka' : 'rabbitmq'];
  const tls = original && original !== 'in-cluster' && original.tls ? { tls: original.tls } : {};
  return broker === 'kafka'
    ? { ...environment, broker, kafka: { addresses: [address], replicationFactor: 1, ...tls } }
    : { ...environment, broker, rabbitmq: { address, ...tls } };
}
