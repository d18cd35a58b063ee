import type { Secrets } from '../../../../mesh/run/secrets.ts';
import type { ContainedBroker } from '../../brokers/broker-container.ts';
import type { BookedEvent } from '../books.ts';
import type { Begun } from '../stage.ts';

/** What carries the topics of a run beside the processes on loopback: a Kafka or a RabbitMQ in a container. */
export interface LocalBroker {
  readonly kind: ContainedBroker;
  /** `host:port` for the services. */
  readonly address: string;
  /** Lets the services in. Resolves when they can come. */
  admit(secrets: Secrets): Promise<void>;
  /** Ends it without a word, and starts it again. */
  kill(): Promise<Begun>;
  freeze(milliseconds: number, signal: AbortSignal): Promise<Begun>;
  /** What topic `orders` was given, in the order of each key, without repeats. */
  events(): Promise<readonly BookedEvent[]>;
  /** Ends it, and forgets what it kept. */
  remove(): Promise<void>;
}
