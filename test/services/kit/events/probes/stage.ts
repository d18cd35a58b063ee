import pg from 'pg';
import { createEvents } from '../../../../../services/kit/events/create-events.ts';
import type { Event } from '../../../../../services/kit/events/event.ts';
import type { EventBroker } from '../../../../../services/kit/events/event-broker.ts';
import type { ConsumerOptions, Events } from '../../../../../services/kit/events/events.ts';
import { type EventRetrySettings, inboxMigrations } from '../../../../../services/kit/events/inbox.ts';
import { outboxMigrations } from '../../../../../services/kit/events/outbox.ts';
import { uuidv7 } from '../../../../../services/kit/fields/uuid.ts';
import type { Background } from '../../../../../services/kit/process/background.ts';
import { openBroker } from '../../../../../services/kit/service/open-broker.ts';
import { migrate } from '../../../../../services/kit/store/migrate.ts';
import { testStore } from '../../../../postgres.ts';
import { eventually } from '../../../../until.ts';
import { type Line, recordedLog } from '../../recorded-log.ts';
import { knownAddress } from './known-address.ts';
import type { Rig } from './rig.ts';

/** Longer than a broker in a container takes to start, milliseconds. */
const START_TIMEOUT_MS = 300_000;
const QUICK: EventRetrySettings = { maxAttempts: 3, initialPauseMs: 5 };

/** A service that publishes to and consumes a topic of its own, with all that it opened. */
export class Stage {
  readonly rig: Rig;
  readonly topic: string;
  readonly group: string = 'notes';
  /** Where the broker says nothing, milliseconds. */
  readonly publishLimitMs: number = 4_000;
  readonly #opened: (() => Promise<unknown>)[] = [];

  constructor(rig: Rig) {
    this.rig = rig;
    this.topic = `orders.${uuidv7().slice(-12)}`;
  }

  get config() {
    return this.rig.events(this.topic, [this.group]);
  }

  /** A connection to the broker, as a service has it, and what it logs. */
  async service(timeouts = QUICK): Promise<{ events: Events; broker: EventBroker; lines: readonly Line[] }> {
    const { log, lines } = recordedLog();
    const broker = await openBroker({
      events: this.config,
      secret: () => this.rig.password,
      service: 'order',
      discovery: knownAddress,
      log,
      timeouts: {
        startTimeoutMs: START_TIMEOUT_MS,
        publishTimeoutMs: this.publishLimitMs,
        sessionTimeoutMs: 6_000,
      },
    });
    this.#opened.push(() => broker.close());
    return { events: createEvents(this.config, broker, log, { retry: timeouts }), broker, lines };
  }

  /** A store with outbox, inbox and a table of effects. */
  async store(): Promise<pg.Pool & { readonly connectionString: string }> {
    const { connectionString } = await testStore('probe');
    const pool = new pg.Pool({ connectionString, max: 10 }).on('error', () => {});
    this.#opened.push(() => pool.end());
    await migrate(pool, [...outboxMigrations, ...inboxMigrations], recordedLog().log);
    await pool.query('CREATE TABLE effect (key text, n int, at bigint GENERATED ALWAYS AS IDENTITY)');
    return Object.assign(pool, { connectionString });
  }

  event(n: number, key = 'k', padding = ''): Event {
    const time = new Date().toISOString();
    return {
      id: uuidv7(),
      topic: this.topic,
      type: 'weft.order.v1.OrderEvent',
      key,
      time,
      data: { n, padding },
    };
  }

  /** Starts a consumer whose effect is a row. */
  consume(
    events: Events,
    store: pg.Pool,
    before?: ConsumerOptions['handle'],
    group = this.group,
  ): Background {
    const handle: ConsumerOptions['handle'] = async (event, tx) => {
      await before?.(event, tx);
      const { n } = event.data as { n: number };
      await tx.query('INSERT INTO effect (key, n) VALUES ($1, $2)', [event.key, n]);
    };
    return this.run(events.consumer(store, { topic: this.topic, group, handle }));
  }

  run(background: Background): Background {
    this.#opened.push(() => background.stop());
    void background.start();
    return background;
  }

  /** Resources to close with the stage. */
  onClose(close: () => Promise<unknown>): void {
    this.#opened.push(close);
  }

  /** Numbers of the effects, in the order they had. */
  async effects(store: pg.Pool, key?: string): Promise<readonly number[]> {
    const { rows } = await store.query<{ n: number; key: string }>('SELECT n, key FROM effect ORDER BY at');
    return rows.filter((row) => key === undefined || row.key === key).map(({ n }) => n);
  }

  async count(store: pg.Pool, table: 'effect' | 'outbox' | 'dead_letter'): Promise<number> {
    const { rows } = await store.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`);
    return rows[0]?.count ?? 0;
  }

  until<T>(condition: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    return eventually(condition, START_TIMEOUT_MS);
  }

  async close(): Promise<void> {
    for (const close of this.#opened.toReversed()) await close();
  }
}

/** `[0, 1, ... count - 1]`. */
export function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n);
}
