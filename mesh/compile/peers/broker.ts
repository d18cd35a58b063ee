import type { KafkaServers, RabbitmqServer } from '../../graph/external-servers.ts';
import type { PlatformScope } from '../../graph/platform-scope.ts';
import type { Service } from '../../graph/service.ts';
import type { Topic } from '../../graph/topic.ts';
import type { AppEvents, AppKafkaEvents, AppRabbitmqEvents, AppTopics } from '../../policy/app-events.ts';
import { appTls, type ExternalServer, externalServers } from './external-servers.ts';
import { eventsAccess, postgresServer } from './stores.ts';

/** Events that wait for a group at most, unless the environment says otherwise. */
const QUEUE_LIMIT = 100_000;
const REPLICAS = 3;

/** The Kafka in the cluster. */
export const KAFKA = { name: 'kafka', port: 9_092 } as const;
/** The RabbitMQ in the cluster. */
export const RABBITMQ = { name: 'rabbitmq', port: 5_672 } as const;

/** Whether a service publishes to or consumes from topics. */
export function hasEvents(service: Service): boolean {
  return service.publishedTopics.size + service.consumedTopics.size > 0;
}

/** Whether a service has a password for its broker. */
export function hasBrokerPassword(service: Service): boolean {
  const { platform } = service;
  const { broker } = platform.environment;
  return hasEvents(service) && (broker !== 'kafka' || kafkaServers(platform)?.saslMechanism !== undefined);
}

/** The Kafka or RabbitMQ that a platform has in its cluster; undefined where its topics are elsewhere, or it has none. */
export function inClusterBroker({
  environment,
  topics,
}: PlatformScope): typeof KAFKA | typeof RABBITMQ | undefined {
  const { broker, kafka, rabbitmq } = environment;
  if (topics.length === 0) return undefined;
  if (broker === 'kafka' && kafka === 'in-cluster') return KAFKA;
  return broker === 'rabbitmq' && rabbitmq === 'in-cluster' ? RABBITMQ : undefined;
}

/** The Kafka or RabbitMQ outside of the cluster; undefined where topics are in the cluster, or in Postgres. */
export function externalBroker(platform: PlatformScope): ExternalServer | undefined {
  return externalServers(platform).find(({ name }) => name !== 'postgres');
}

/** Addresses of the Kafka or RabbitMQ, wherever it is; none where Postgres carries topics. */
export function brokerAddresses(platform: PlatformScope): readonly string[] {
  const inner = inClusterBroker(platform);
  return inner ? [clusterAddress(platform, inner)] : (externalBroker(platform)?.addresses ?? []);
}

function clusterAddress(
  { namespace }: PlatformScope,
  { name, port }: typeof KAFKA | typeof RABBITMQ,
): string {
  return `${name}.${namespace}.svc.cluster.local:${port}`;
}

/** The one in the cluster is a single node, and a service signs in with its password. */
function kafkaServers(platform: PlatformScope): KafkaServers | undefined {
  const { kafka } = platform.environment;
  if (kafka !== 'in-cluster') return kafka;
  return { addresses: [clusterAddress(platform, KAFKA)], saslMechanism: 'plain', replicationFactor: 1 };
}

function rabbitmqServer(platform: PlatformScope): RabbitmqServer | undefined {
  const { rabbitmq } = platform.environment;
  return rabbitmq === 'in-cluster' ? { address: clusterAddress(platform, RABBITMQ) } : rabbitmq;
}

/** What a process is told about topics; undefined where it has none. */
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
    replicationFactor = REPLICAS,
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
  const { address, vhost = '/', maxQueueLength = QUEUE_LIMIT } = rabbitmq;
  const tls = appTls(service.platform, 'rabbitmq');
  const consumers = ({ name, consumers }: Topic) => [name, [...consumers].map((one) => one.name)] as const;
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
