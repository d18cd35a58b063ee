import type { Pool } from 'pg';
import type { Background } from '../process/background.ts';
import type { Event } from './event.ts';
import type { UnreadableMessage } from './unreadable.ts';

/** The component that carries topics. Delivers at least once; whoever receives deals with repeats. */
export interface EventBroker {
  /** Resolves when all `events` are kept safe, in this order. To repeat it is harmless. */
  publish(events: readonly Event[]): Promise<void>;
  subscribe(subscription: Subscription): Background;
  /** What who publishes has to do now and then. @default nothing */
  maintenance?(): Background;
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
   * Called in the place of `deliver` by a broker that has several events at hand, in their order. Resolves with how many
   * of the first are dealt with, one at least. @default one after the other goes to `deliver`
   */
  deliverBatch?(events: readonly Event[], signal: AbortSignal): Promise<number>;
  /** Called for a message that is no event, in the place of `deliver`. Resolves when it needs not come again. */
  deadLetterUnreadable(unreadable: UnreadableMessage): Promise<void>;
  /**
   * Called in the place of `deliver` for an event whose receivers came to no end with it, as often as `deliveries` says,
   * by a broker that counts. Resolves when it needs not come again.
   */
  deadLetterPoison(event: Event, deliveries: number): Promise<void>;
}

/** How long what is waited for. Each broker has its own defaults. */
export interface BrokerTimeouts {
  /** For the broker at the start, in milliseconds. @default 30 s */
  readonly startTimeoutMs?: number;
  /** For it to acknowledge what is published, in milliseconds; Postgres has no such limit. @default 10 s */
  readonly publishTimeoutMs?: number;
  /** For a silent consumer of Kafka until its partitions are given to others, in milliseconds. @default 8 s */
  readonly sessionTimeoutMs?: number;
}
