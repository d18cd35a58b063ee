import type { Broker } from '../../../mesh/policy/broker.ts';
import {
  approximate,
  type Difference,
  EXACT,
  unsupported,
} from '../../../mesh/policy/differences/difference.ts';

/** What a service can count on with topics, and what each broker makes of it. */
export interface Guarantee {
  /** What `exact` means. */
  readonly description: string;
  readonly brokers: Readonly<Record<Broker, Difference>>;
}

const everywhere = { postgres: EXACT, kafka: EXACT, rabbitmq: EXACT };
const waits = (what: string) => `${what} of the group waits while an event is tried again, some 12 seconds`;

/** test/services/kit/events/probes/ tries each of these against each broker. */
export const GUARANTEES = {
  'published.kept': {
    description: 'What is published outlives a broker that is killed and started again',
    brokers: everywhere,
  },
  'published.away': {
    description: 'What is published while the broker is away waits in the outbox, and goes later',
    brokers: everywhere,
  },
  'published.silent': {
    description:
      'A broker that takes connections and says nothing is given up in time; the outbox keeps the events',
    brokers: everywhere,
  },
  'repeat.harmless': {
    description: 'An event that is published or delivered again has its effect once',
    brokers: everywhere,
  },
  'order.key': {
    description: 'Events of one key have their effects in the order they were published',
    brokers: everywhere,
  },
  'failure.set-aside': {
    description:
      'An event that fails is tried 8 times with growing pauses, then kept in `dead_letter`; the others go on',
    brokers: everywhere,
  },
  'failure.others': {
    description: 'While an event is tried again, those of other keys go on',
    brokers: {
      postgres: unsupported(waits('all that follows in the topic')),
      kafka: approximate(
        'its partition waits; of others this member does what it has fetched and fetches no more; other members go on',
      ),
      rabbitmq: unsupported(waits('all that follows in the queue')),
    },
  },
  'unreadable.set-aside': {
    description:
      'A message that is no event (of another version or type, truncated, 10 MB) does not get in, or is kept in `dead_letter` with its reason',
    brokers: everywhere,
  },
  'killed.once': {
    description:
      'A consumer killed after an effect and before it said so: another takes over, and the effect is there once',
    brokers: everywhere,
  },
  'killer.set-aside': {
    description:
      'An event that ends each process that gets it is kept in `dead_letter` after 20 deliveries; the others go on',
    brokers: {
      postgres: unsupported('nothing counts deliveries: it comes again with each start, until it is mended'),
      kafka: unsupported('nothing counts deliveries: it comes again with each start, until it is mended'),
      rabbitmq: EXACT,
    },
  },
  'members.share': {
    description: 'Members of a group work at the same time',
    brokers: {
      postgres: unsupported('one member works, by a lock of its session; the others stand by'),
      kafka: EXACT,
      rabbitmq: unsupported('one member works (single active consumer), for the order; the others stand by'),
    },
  },
  'members.undisturbed': {
    description: 'A member that comes or goes does not interrupt the others',
    brokers: {
      ...everywhere,
      kafka: unsupported(
        'each time, all members of the group stop and join again: kafkajs has no static membership (KIP-345)',
      ),
    },
  },
  'group.new': {
    description: 'A new group gets all that was ever published',
    brokers: {
      postgres: approximate("as far back as the topic's retention"),
      kafka: approximate("as far back as the topic's retention"),
      rabbitmq: unsupported(
        'its queue gets what is published once it is there; the publisher makes those of the graph',
      ),
    },
  },
  'consumer.slow': {
    description: 'A slow consumer holds a bounded part of what waits for it in memory',
    brokers: everywhere,
  },
} as const satisfies Readonly<Record<string, Guarantee>>;

export type GuaranteeName = keyof typeof GUARANTEES;
