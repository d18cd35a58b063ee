import type { Broker } from '../../../mesh/policy/broker.ts';
import {
  approximate,
  type Difference,
  EXACT,
  unsupported,
} from '../../../mesh/policy/differences/difference.ts';

/** A guarantee that services rely on, with the support of each broker. */
export interface Guarantee {
  /** The guarantee that `exact` stands for. */
  readonly description: string;
  readonly brokers: Readonly<Record<Broker, Difference>>;
}

const allExact = { postgres: EXACT, kafka: EXACT, rabbitmq: EXACT };
const blocks = (scope: string) =>
  `head-of-line blocking: ${scope} of the group waits while an event is retried, about 12 seconds`;

/** The probes in test/services/kit/events/probes/ verify each guarantee against each broker. */
export const GUARANTEES = {
  'publish.durable': {
    description: 'Published events survive a broker that is killed and restarted',
    brokers: allExact,
  },
  'publish.broker-down': {
    description: 'While the broker is down, events wait in the outbox and are published later',
    brokers: allExact,
  },
  'publish.broker-unresponsive': {
    description:
      'Publishing to a broker that accepts connections but does not respond times out; the outbox keeps the events',
    brokers: allExact,
  },
  'duplicate.ignored': {
    description: 'An event that is published or delivered repeatedly is applied once',
    brokers: allExact,
  },
  'order.per-key': {
    description: 'Events with the same key are applied in the order in which they were published',
    brokers: allExact,
  },
  'failure.dead-letter': {
    description:
      'An event whose handler fails is attempted 8 times with growing pauses, then moved to `dead_letter`; the other events proceed',
    brokers: allExact,
  },
  'failure.isolation': {
    description: 'While an event is retried, events with other keys proceed',
    brokers: {
      postgres: unsupported(blocks('the rest of the topic')),
      kafka: approximate(
        'its partition waits; the consumer still processes what it has fetched of its other partitions but fetches no more; other consumers proceed',
      ),
      rabbitmq: unsupported(blocks('the rest of the queue')),
    },
  },
  'unreadable.dead-letter': {
    description:
      'A message that is not an event (wrong version or type, truncated, 10 MB) is refused or moved to `dead_letter` with its reason',
    brokers: allExact,
  },
  'crash.exactly-once': {
    description:
      'When a consumer is killed between applying and acknowledging an event, another consumer takes over and the effect is applied once',
    brokers: allExact,
  },
  'poison.dead-letter': {
    description:
      'An event that crashes every process that receives it is moved to `dead_letter` after 20 deliveries; the other events proceed',
    brokers: {
      postgres: unsupported(
        'deliveries are not counted: the event is redelivered at each start until it is fixed',
      ),
      kafka: unsupported(
        'deliveries are not counted: the event is redelivered at each start until it is fixed',
      ),
      rabbitmq: EXACT,
    },
  },
  'trace.continued': {
    description:
      'The consumer of an event continues the trace of the work that published it, and links to the publishing span',
    brokers: allExact,
  },
  'group.parallel': {
    description: 'Consumers of a group work in parallel',
    brokers: {
      postgres: unsupported('one active consumer by a session lock; the others are standbys'),
      kafka: EXACT,
      rabbitmq: unsupported(
        'one active consumer (single active consumer) to keep the order; the others are standbys',
      ),
    },
  },
  'group.rebalance': {
    description: 'A consumer that joins or leaves does not interrupt the others of its group',
    brokers: {
      ...allExact,
      kafka: unsupported(
        'every change stops all consumers of the group until they have rejoined: kafkajs has no static membership (KIP-345)',
      ),
    },
  },
  'group.from-beginning': {
    description: 'A new group receives every event ever published',
    brokers: {
      postgres: approximate("events within the topic's retention"),
      kafka: approximate("events within the topic's retention"),
      rabbitmq: unsupported(
        'its queue receives only events published after the queue was created; publishers create the queues of the groups in the graph',
      ),
    },
  },
  'consumer.backpressure': {
    description: 'A slow consumer buffers a bounded number of pending events in memory',
    brokers: allExact,
  },
} as const satisfies Readonly<Record<string, Guarantee>>;

export type GuaranteeName = keyof typeof GUARANTEES;
