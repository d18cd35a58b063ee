import type { ClientBase, Pool, PoolClient } from 'pg';
import type { Background } from '../process/background.ts';
import type { Migration } from '../store/migration.ts';
import type { Event, NewEvent } from './event.ts';

/** What a service does with topics, whichever broker carries them. */
export interface Events {
  readonly outbox: Outbox;
  /** Tables `inbox`, `consumer_position` and `dead_letter`; a consumer's store needs them. */
  readonly inboxMigrations: readonly Migration[];
  /** Delivers the events of a topic to `handle`, each at least once and its effect exactly once. */
  consumer(pool: Pool, options: ConsumerOptions): Background;
}

export interface Outbox {
  /** Table `outbox`; a publisher's store needs it. */
  readonly migrations: readonly Migration[];
  /**
   * Adds an event to the outbox; within a transaction it is published if that commits, and not otherwise.
   * @throws Error for a topic that is not published to here, a type that it does not carry, and what is too large
   */
  append(client: ClientBase | Pool, event: NewEvent): Promise<void>;
  /**
   * Says that the outbox has been written to by a statement other than `append`'s:
   * `INSERT INTO outbox (id, topic, type, key, data) VALUES ($1 uuid, $2, $3, $4, $5 jsonb)`.
   * Without it the relay finds the row at its next look, 500 ms later at most.
   */
  wake(): void;
  /** Carries the outbox of `pool` to the broker. */
  relay(pool: Pool): Background;
}

export interface ConsumerOptions {
  readonly topic: string;
  /** Consumers of one group share its events; each group gets all. */
  readonly group: string;
  /**
   * Applies an event, in a transaction of the consumer's store that also remembers the event.
   * Throwing rolls it back; the event is tried again, at last kept in `dead_letter`; after a PermanentError, at once.
   */
  handle(event: Event, tx: PoolClient): Promise<void>;
  /**
   * Applies several events in their order, for the sake of speed: some brokers read many at once, which are received in
   * one transaction. When that fails, each is received by itself, with `handle`. @default each goes to `handle`
   */
  handleBatch?(events: readonly Event[], tx: PoolClient): Promise<void>;
}
