import type { Pool } from 'pg';
import type { Background } from '../background.ts';
import type { Event } from './event.ts';
import type { Unreadable } from './unreadable.ts';

/** The component that carries topics. Delivers at least once; whoever receives deals with repeats. */
export interface Broker {
  /** Resolves when all `events` are kept safe, in this order. To repeat it is harmless. */
  publish(events: readonly Event[]): Promise<void>;
  subscribe(subscription: Subscription): Background;
  close(): Promise<void>;
}

export interface Subscription {
  readonly topic: string;
  /** What the topic carries is shared among the subscriptions of one group: each event goes to one of them. */
  readonly group: string;
  /** The receiver's store, where a broker that keeps no positions itself keeps them. */
  readonly pool: Pool;
  /**
   * Called for one event of a key after the other. Resolves when the event is dealt with, and needs not come again.
   * @param signal that it has to end soon; to throw then is to leave the event to somebody else
   */
  deliver(event: Event, signal: AbortSignal): Promise<void>;
  /**
   * Resolves when all `events` are dealt with, in their order; throwing leaves nothing of them done, and each is then
   * delivered by itself. For brokers that read many at once. @default each is delivered by itself
   */
  deliverAll?(events: readonly Event[], signal: AbortSignal): Promise<void>;
  /** Called for a message that is no event, in the place of `deliver`. Resolves when it needs not come again. */
  putAside(unreadable: Unreadable): Promise<void>;
}

/** How long what is waited for. Each broker has its own defaults. */
export interface BrokerLimits {
  /** For the broker at the start, in milliseconds. @default 30 s */
  readonly patienceMs?: number;
  /** For it to acknowledge what is published, in milliseconds; Postgres has no such limit. @default 15 s */
  readonly publishMs?: number;
  /** For a silent consumer of Kafka until its partitions are given to others, in milliseconds. @default 15 s */
  readonly sessionMs?: number;
}
