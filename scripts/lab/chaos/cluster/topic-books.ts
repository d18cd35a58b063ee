import type { Broker } from '../../../../mesh/policy/broker.ts';
import type { BookedEvent } from '../books.ts';
import { postgresEvents } from '../read-books.ts';
import type { Stores } from '../stores.ts';
import { kafkaBooks } from './kafka-books.ts';
import { rabbitmqBooks } from './rabbitmq-books.ts';

/** What the topic of a run is given, read past the services. */
export interface TopicBooks {
  /** Whether the broker serves after a start; does what has to be done for that. */
  serves(): Promise<boolean>;
  /** What is of one order in its order; with what an earlier run left, and without repeats. */
  events(stores: Stores): Promise<readonly BookedEvent[]>;
  close(): Promise<void>;
}

/** Begins to keep the books of what carries topics in the cluster. */
export async function topicBooks(broker: Broker): Promise<TopicBooks> {
  switch (broker) {
    case 'postgres':
      return { serves: async () => true, events: postgresEvents, close: async () => {} };
    case 'kafka':
      return kafkaBooks;
    case 'rabbitmq':
      return rabbitmqBooks();
  }
}
