import { BROKERS, type Broker } from '../mesh/policy/broker.ts';
import type { ShopEnvironment } from './environments.ts';

/** Which broker a command asks for, in place of the environment's. */
export interface BrokerOverride {
  readonly broker: Broker;
  /** `host:port` of a Kafka or RabbitMQ that is there already. @default the environment's own */
  readonly address?: string;
}

/** @throws Error when there is no such broker, or an address of none */
export function parseBrokerOverride(
  broker: string | undefined,
  address: string | undefined,
): BrokerOverride | undefined {
  if (broker !== undefined && !isBroker(broker))
    throw new Error(`--broker '${broker}' is not known: use one of ${BROKERS.join(', ')}`);
  if (address !== undefined && (broker === undefined || broker === 'postgres'))
    throw new Error(`--broker-address '${address}' needs --broker kafka or --broker rabbitmq`);
  return broker && { broker, ...(address !== undefined && { address }) };
}

function isBroker(text: string): text is Broker {
  return BROKERS.some((broker) => broker === text);
}

/**
 * An environment whose topics the chosen broker carries. A Kafka at an address is one broker, which lets everybody in.
 * How connections to a broker at an address are protected is what the environment says of its own broker of that kind.
 */
export function withBroker(
  environment: ShopEnvironment,
  { broker, address }: BrokerOverride,
): ShopEnvironment {
  if (address === undefined) return { ...environment, broker };
  const own = environment[broker === 'kafka' ? 'kafka' : 'rabbitmq'];
  const tls = own && own !== 'in-cluster' && own.tls ? { tls: own.tls } : {};
  return broker === 'kafka'
    ? { ...environment, broker, kafka: { addresses: [address], replicationFactor: 1, ...tls } }
    : { ...environment, broker, rabbitmq: { address, ...tls } };
}
