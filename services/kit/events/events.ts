import type { ClientBase, Pool, PoolClient } from 'pg';
import type { Background } from '../process/background.ts';
import type { Migration } from '../store/migrate.ts';
import type { Event, NewEvent } from './event.ts';

/**
 * The messaging API of a service. It is the same for every broker.
 *
 * The life of an event:
 *
 *     publisher            relay     broker                consumer
 *     ┌──────────────────┐  poll  ┌─────────┐  deliver  ┌───────────────────┐
 *     │ one transaction: │        │         │           │ one transaction:  │
 *     │ business change, │ ─────> │  topic  │ ────────> │ INSERT inbox,     │
 *     │ INSERT outbox    │        │         │           │ handle(event, tx) │
 *     └──────────────────┘        └─────────┘           └───────────────────┘
 *                                                 on failure: retry, then dead_letter
 *
 * `Outbox.append` inserts the event in the transaction of the change that it describes, so both commit or neither
 * does. The relay (outbox.ts) polls the outbox, publishes a batch in order and deletes the rows once the broker has
 * acknowledged them. A crash between the two steps publishes the batch again. The broker (event-broker.ts: Postgres,
 * Kafka or RabbitMQ) therefore delivers at least once, in order per key. A consumer first inserts the event's id into
 * its inbox, in the transaction of `handle` (inbox.ts). A duplicate conflicts with that row and is skipped, so the
 * effect is applied exactly once. Under load, several events share one transaction (receive-batch.ts). If `handle`
 * throws, the transaction rolls back and the event is retried with exponential backoff. After 8 attempts, or at once
 * after a PermanentError, the event moves to table `dead_letter` (dead-letter.ts) and the next events proceed. An
 * operator can replay a dead letter (replay.ts). Inbox rows are deleted after the longest retention of the topics
 * plus 30 days (inbox-retention.ts); older events are dead-lettered instead of applied.
 */
export interface Events {
  readonly outbox: Outbox;
  /** Creates tables `inbox`, `consumer_position` and `dead_letter` in the store of a consumer. */
  readonly inboxMigrations: readonly Migration[];
  /**
   * Consumes a topic. Each event is delivered at least once, and its effect is applied exactly once.
   * @throws SettingsError when the graph does not declare that this service consumes the topic
   */
  consumer(pool: Pool, options: ConsumerOptions): Background;
}

export interface Outbox {
  /** Creates table `outbox` in the store of a publisher. */
  readonly migrations: readonly Migration[];
  /**
   * Appends an event to the outbox. Within a transaction, the event is published if and only if the transaction
   * commits.
   * @throws Error when the topic is not declared as published here, does not carry the type, or the key or data is
   *   too large
   */
  append(client: ClientBase | Pool, event: NewEvent): Promise<void>;
  /**
   * Wakes the relay after a statement other than `append` has written to the outbox: `INSERT INTO outbox (id, topic,
   * type, key, data) VALUES ($1 uuid, $2, $3, $4, $5 jsonb)`. Without this call, the relay finds the row at its next
   * poll, at most 500 ms later.
   */
  wake(): void;
  /** Publishes the outbox of `pool` to the broker. */
  relay(pool: Pool): Background;
}

export interface ConsumerOptions {
  readonly topic: string;
  /** Consumers of one group share the events of the topic; each group receives all of them. */
  readonly group: string;
  /**
   * Applies an event in a transaction of the consumer's store. The same transaction inserts the event's id into the
   * inbox. If it throws, the transaction rolls back and the event is retried, then dead-lettered. After a
   * PermanentError it is dead-lettered at once.
   */
  handle(event: Event, tx: PoolClient): Promise<void>;
  /**
   * Applies several events in order, in one transaction, to reduce commits. If it throws, the transaction rolls back
   * and the events are passed to `handle` individually. @default each event is passed to `handle`
   */
  handleBatch?(events: readonly Event[], tx: PoolClient): Promise<void>;
}
