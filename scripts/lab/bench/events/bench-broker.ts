import type { AppEvents, AppTopics } from '../../../../mesh/policy/app-events.ts';
import type { Broker as Kind } from '../../../../mesh/policy/broker.ts';
import type { EventBroker } from '../../../../services/kit/events/event-broker.ts';
import { openBroker } from '../../../../services/kit/service/open-broker.ts';
import { BrokerContainer, PASSWORD, USER } from '../../brokers/broker-container.ts';
import { knownAddresses } from '../known-addresses.ts';
import { type EventsServer, quiet } from './events-server.ts';

/** A broker that is up, and what a service is told of it. */
export interface BenchBroker {
  readonly kind: Kind;
  readonly events: AppEvents;
  readonly password: string;
  close(): Promise<void>;
}

/** The topic, its group and its messages, as in the shop. */
export const TOPIC = 'orders';
export const GROUP = 'notification';

const TOPICS: AppTopics = {
  publishes: [TOPIC],
  consumes: [TOPIC],
  messageTypes: { [TOPIC]: ['weft.order.v1.OrderEvent'] },
  retention: { [TOPIC]: '168h' },
};
/** More than a backlog of any of the benches: what is measured is not how a full queue refuses. */
const QUEUE_LIMIT = 10_000_000;

export function postgresTopics({ topics }: EventsServer): BenchBroker {
  const { password, ...where } = topics;
  return {
    kind: 'postgres',
    events: { broker: 'postgres', ...where, ...TOPICS },
    password,
    close: async () => {},
  };
}

/** @throws Error when there is no docker, or it refuses */
export async function containedTopics(kind: 'kafka' | 'rabbitmq'): Promise<BenchBroker> {
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
          maxQueueLength: QUEUE_LIMIT,
          ...TOPICS,
        };
  return { kind, events, password: PASSWORD, close: () => container.remove() };
}

/** Connects to it as a service does. A container takes a while to answer. */
export function connectBroker({
  events,
  password,
}: Pick<BenchBroker, 'events' | 'password'>): Promise<EventBroker> {
  return openBroker({
    events,
    secret: () => password,
    service: 'bench',
    discovery: knownAddresses(events.broker === 'postgres' ? [events.address] : []),
    log: quiet,
    timeouts: { startTimeoutMs: 300_000 },
  });
}
