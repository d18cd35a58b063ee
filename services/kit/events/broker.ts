import type { Pool } from 'pg';
import type { Background } from '../background.ts';
import type { Event } from './event.ts';

/** The component that carries topics. Delivers at least once; whoever receives deals with repeats. */
export interface Broker {
  /** Resolves when all `events` are kept safe, in this order. To repeat it is harmless. */
  publish(events: readonly Event[]): Promise<void>;
  subscribe(subscription: Subscription): Background;
  close(): Promise<void>;
}

export interface Subscription {
  readonly topic: string;
  /** Of the subscriptions of one group, one at a time is served. */
  readonly group: string;
  /** The receiver's store, where a broker that keeps no positions itself keeps them. */
  readonly pool: Pool;
  /** Called for one event after the other. Resolves when the event is dealt with, and needs not come again. */
  deliver(event: Event, signal: AbortSignal): Promise<void>;
}
