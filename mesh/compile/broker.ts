import type { Platform } from '../graph/platform.ts';
import type { Service } from '../graph/service.ts';
import type { Topic } from '../graph/topic.ts';
import type { AppEvents, AppKafkaEvents, AppRabbitmqEvents, AppTopics } from '../policy/app-events.ts';
import { eventsAccess, postgresServer } from './stores.ts';

/** Events that wait for a group at most, unless the environment says otherwise. */
const QUEUE_LIMIT = 100_000;
const REPLICAS = 3;

/** A broker outside of the graph that pods are let out to. */
export interface OuterBroker {
  readonly addresses: readonly string[];
  /** CIDR; undefined is anywhere. */
  readonly network?: string;
}

/** Whether a service publishes to or consumes from topics. */
export function hasEvents(service: Service): boolean {
  return service.publishes.size + service.consumes.size > 0;
}

/** Whether a service has a password for its broker. */
export function signsInToBroker(service: Service): boolean {
  const { broker, kafka } = service.platform.environment;
  return hasEvents(service) && (broker !== 'kafka' || kafka?.mechanism !== undefined);
}

/** The Kafka or RabbitMQ of an environment; undefined where Postgres carries topics. */
export function outerBroker({ environment }: Platform): OuterBroker | undefined {
  const { broker, kafka, rabbitmq } = environment;
  if (broker === 'kafka' && kafka) return kafka;
  if (broker !== 'rabbitmq' || !rabbitmq) return undefined;
  return { addresses: [rabbitmq.address], ...(rabbitmq.network && { network: rabbitmq.network }) };
}

/** What a process is told about topics; undefined where it has none. */
export function appEvents(service: Service): AppEvents | undefined {
  if (!hasEvents(service)) return undefined;
  const topics = [...service.publishes, ...service.consumes];
  const names = {
    publishes: [...service.publishes].map(({ name }) => name),
    consumes: [...service.consumes].map(({ name }) => name),
    carries: Object.fromEntries(topics.map(({ name, carries }) => [name, carries])),
    retention: Object.fromEntries(topics.map(({ name, retention }) => [name, retention])),
  };
  switch (service.platform.environment.broker) {
    case 'postgres': {
      const { host, port } = postgresServer(service.platform);
      return { broker: 'postgres', address: `${host}:${port}`, ...eventsAccess(service), ...names };
    }
    case 'kafka':
      return kafkaEvents(service, names);
    case 'rabbitmq':
      return rabbitmqEvents(service, names);
  }
}

function kafkaEvents(service: Service, names: AppTopics): AppKafkaEvents | undefined {
  const { kafka } = service.platform.environment;
  if (!kafka) return undefined;
  const { addresses, mechanism, tls, replicas = REPLICAS, minInSync = Math.max(1, replicas - 1) } = kafka;
  const settings = ({ name, partitions, retention }: Topic) =>
    [name, { partitions, replicas, minInSync, retention }] as const;
  return {
    broker: 'kafka',
    addresses,
    ...(mechanism && { signIn: { mechanism, user: eventsAccess(service).role } }),
    ...(tls && { tls }),
    topics: Object.fromEntries([...service.publishes].map(settings)),
    ...names,
  };
}

function rabbitmqEvents(service: Service, names: AppTopics): AppRabbitmqEvents | undefined {
  const { rabbitmq } = service.platform.environment;
  if (!rabbitmq) return undefined;
  const { address, vhost = '/', tls, queueLimit = QUEUE_LIMIT } = rabbitmq;
  const consumers = ({ name, consumers }: Topic) => [name, [...consumers].map((one) => one.name)] as const;
  return {
    broker: 'rabbitmq',
    address,
    vhost,
    user: eventsAccess(service).role,
    ...(tls && { tls }),
    consumers: Object.fromEntries([...service.publishes].map(consumers)),
    queueLimit,
    ...names,
  };
}
