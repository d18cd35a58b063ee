import type { AppEvents, AppTopics } from '../../../../mesh/policy/app-events.ts';
import type { Broker as BrokerKind } from '../../../../mesh/policy/broker.ts';
import type { EventBroker } from '../../../../services/kit/events/event-broker.ts';
import { openBroker } from '../../../../services/kit/service/open-broker.ts';
import { BrokerContainer, PASSWORD, USER } from '../../brokers/broker-container.ts';
import { createStaticDiscovery } from '../static-discovery.ts';
import { type EventsServer, errorLog } from './events-server.ts';

/** A running broker with the configuration that services receive. */
export interface BenchBroker {
  readonly kind: BrokerKind;
  readonly events: AppEvents;
  readonly password: string;
  close(): Promise<void>;
}

/** Topic, consumer group and message type are those of the shop. */
export const TOPIC = 'orders';
export const GROUP = 'notification';

const TOPICS: AppTopics = {
  publishes: [TOPIC],
  consumes: [TOPIC],
  messageTypes: { [TOPIC]: ['weft.order.v1.OrderEvent'] },
  retention: { [TOPIC]: '168h' },
};
/** Larger than the backlog of any bench, so that the queue never rejects a message. */
const MAX_QUEUE_LENGTH = 10_000_000;

/** Describes the broker in the database of topics. */
export function createPostgresBroker({ topics }: EventsServer): BenchBroker {
  const { password, ...access } = topics;
  return {
    kind: 'postgres',
    events: { broker: 'postgres', ...access, ...TOPICS },
    password,
    close: async () => {},
  };
}

/** Starts a broker in a container. @throws Error if docker is missing or refuses */
export async function startContainerBroker(kind: 'kafka' | 'rabbitmq'): Promise<BenchBroker> {
  const container = await BrokerContainer.start(kind);
  const { address } = container;
  const events: AppEvents =
    kind === 'kafka'
      ? {
          broker: 'kafka',
          addresses: [address],
          sasl: { mechanism: 'plain', user: USER },
          topics: {
            [TOPIC]: { partitions: 4, replicationFactor: 1, minInSyncReplicas: 1, retention: '24h' },
          },
          ...TOPICS,
        }
      : {
          broker: 'rabbitmq',
          address,
          vhost: '/',
          user: USER,
          consumers: { [TOPIC]: [GROUP] },
          maxQueueLength: MAX_QUEUE_LENGTH,
          ...TOPICS,
        };
  return { kind, events, password: PASSWORD, close: () => container.remove() };
}

/** Connects to a broker as a service does. The timeout is long because a container takes a while to start. */
export function connectBroker({
  events,
  password,
}: Pick<BenchBroker, 'events' | 'password'>): Promise<EventBroker> {
  return openBroker({
    events,
    secret: () => password,
    service: 'bench',
    discovery: createStaticDiscovery(events.broker === 'postgres' ? [events.address] : []),
    log: errorLog,
    timeouts: { startTimeoutMs: 300_000 },
  });
}
