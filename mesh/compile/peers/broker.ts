import type { KafkaServers, RabbitmqServer } from '../../graph/external-servers.ts';
import type { PlatformScope } from '../../graph/scopes.ts';
import type { Service } from '../../graph/service.ts';
import type { Topic } from '../../graph/topic.ts';
import type { AppEvents, AppKafkaEvents, AppRabbitmqEvents, AppTopics } from '../../policy/app-events.ts';
import { appTls, type ExternalServer, externalServers } from './external-servers.ts';
import { eventsAccess, postgresServer } from './stores.ts';

const DEFAULT_MAX_QUEUE_LENGTH = 100_000;
const DEFAULT_REPLICATION_FACTOR = 3;

/** Name and port of the Kafka in the cluster. */
export const KAFKA = { name: 'kafka', port: 9_092 } as const;
/** Name and port of the RabbitMQ in the cluster. */
export const RABBITMQ = { name: 'rabbitmq', port: 5_672 } as const;

/** Returns whether a service publishes to or consumes from topics. */
export function hasEvents(service: Service): boolean {
  return service.publishedTopics.size + service.consumedTopics.size > 0;
}

/** Returns whether a service authenticates to the broker with a password. */
export function hasBrokerPassword(service: Service): boolean {
  const { platform } = service;
  const { broker } = platform.environment;
  return hasEvents(service) && (broker !== 'kafka' || kafkaServers(platform)?.saslMechanism !== undefined);
}

/** Returns the Kafka or RabbitMQ in the cluster. Undefined if the topics are elsewhere, or there are none. */
export function inClusterBroker({
  environment,
  topics,
}: PlatformScope): typeof KAFKA | typeof RABBITMQ | undefined {
  const { broker, kafka, rabbitmq } = environment;
  if (topics.length === 0) return undefined;
  if (broker === 'kafka' && kafka === 'in-cluster') return KAFKA;
  return broker === 'rabbitmq' && rabbitmq === 'in-cluster' ? RABBITMQ : undefined;
}

/** Returns the Kafka or RabbitMQ outside of the cluster. Undefined if the topics are in the cluster or in Postgres. */
export function externalBroker(platform: PlatformScope): ExternalServer | undefined {
  return externalServers(platform).find(({ name }) => name !== 'postgres');
}

/** Returns `host:port` of the Kafka or RabbitMQ, inside or outside of the cluster. Empty if topics are in Postgres. */
export function brokerAddresses(platform: PlatformScope): readonly string[] {
  const broker = inClusterBroker(platform);
  return broker ? [clusterAddress(platform, broker)] : (externalBroker(platform)?.addresses ?? []);
}

function clusterAddress(
  { namespace }: PlatformScope,
  { name, port }: typeof KAFKA | typeof RABBITMQ,
): string {
  return `${name}.${namespace}.svc.cluster.local:${port}`;
}

/** Returns the Kafka of a platform. The Kafka in the cluster is a single node with SASL PLAIN. */
function kafkaServers(platform: PlatformScope): KafkaServers | undefined {
  const { kafka } = platform.environment;
  if (kafka !== 'in-cluster') return kafka;
  return { addresses: [clusterAddress(platform, KAFKA)], saslMechanism: 'plain', replicationFactor: 1 };
}

function rabbitmqServer(platform: PlatformScope): RabbitmqServer | undefined {
  const { rabbitmq } = platform.environment;
  return rabbitmq === 'in-cluster' ? { address: clusterAddress(platform, RABBITMQ) } : rabbitmq;
}

/** Returns the topics of a service for app.json. Undefined if it has none. */
export function appEvents(service: Service): AppEvents | undefined {
  if (!hasEvents(service)) return undefined;
  const topics = [...service.publishedTopics, ...service.consumedTopics];
  const names = {
    publishes: [...service.publishedTopics].map(({ name }) => name),
    consumes: [...service.consumedTopics].map(({ name }) => name),
    messageTypes: Object.fromEntries(topics.map(({ name, messageTypes }) => [name, messageTypes])),
    retention: Object.fromEntries(topics.map(({ name, retention }) => [name, retention])),
  };
  switch (service.platform.environment.broker) {
    case 'postgres': {
      const { host, port } = postgresServer(service.platform);
      const tls = appTls(service.platform, 'postgres');
      const access = { ...eventsAccess(service), ...(tls && { tls }) };
      return { broker: 'postgres', address: `${host}:${port}`, ...access, ...names };
    }
    case 'kafka':
      return kafkaEvents(service, names);
    case 'rabbitmq':
      return rabbitmqEvents(service, names);
  }
}

function kafkaEvents(service: Service, names: AppTopics): AppKafkaEvents | undefined {
  const kafka = kafkaServers(service.platform);
  if (!kafka) return undefined;
  const {
    addresses,
    saslMechanism,
    replicationFactor = DEFAULT_REPLICATION_FACTOR,
    minInSyncReplicas = Math.max(1, replicationFactor - 1),
  } = kafka;
  const tls = appTls(service.platform, 'kafka');
  const settings = ({ name, partitions, retention }: Topic) =>
    [name, { partitions, replicationFactor, minInSyncReplicas, retention }] as const;
  return {
    broker: 'kafka',
    addresses,
    ...(saslMechanism && { sasl: { mechanism: saslMechanism, user: eventsAccess(service).role } }),
    ...(tls && { tls }),
    topics: Object.fromEntries([...service.publishedTopics].map(settings)),
    ...names,
  };
}

function rabbitmqEvents(service: Service, names: AppTopics): AppRabbitmqEvents | undefined {
  const rabbitmq = rabbitmqServer(service.platform);
  if (!rabbitmq) return undefined;
  const { address, vhost = '/', maxQueueLength = DEFAULT_MAX_QUEUE_LENGTH } = rabbitmq;
  const tls = appTls(service.platform, 'rabbitmq');
  const consumers = ({ name, consumers }: Topic) =>
    [name, [...consumers].map((consumer) => consumer.name)] as const;
  return {
    broker: 'rabbitmq',
    address,
    vhost,
    user: eventsAccess(service).role,
    ...(tls && { tls }),
    consumers: Object.fromEntries([...service.publishedTopics].map(consumers)),
    maxQueueLength,
    ...names,
  };
}
