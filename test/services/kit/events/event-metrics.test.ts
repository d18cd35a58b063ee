import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Pool } from 'pg';
import type { AppEvents } from '../../../../mesh/policy/app-events.ts';
import { createEvents } from '../../../../services/kit/events/create-events.ts';
import { eventMetrics } from '../../../../services/kit/events/event-observer.ts';
import { PostgresBroker } from '../../../../services/kit/events/postgres-broker.ts';
import { type Background, combineBackground } from '../../../../services/kit/process/background.ts';
import { migrate } from '../../../../services/kit/store/migrate.ts';
import { formatMetrics } from '../../../../services/kit/telemetry/metric-text.ts';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';
import { eventually } from '../../../until.ts';
import { recordedLog } from '../recorded-log.ts';
import { eventsDatabase } from './events-database.ts';

const CONFIG: AppEvents = {
  broker: 'postgres',
  address: 'unused:5432',
  database: 'events',
  role: 'unused',
  publishes: ['orders'],
  consumes: ['orders'],
  messageTypes: { orders: ['t'] },
  retention: { orders: '168h' },
};

let database: Awaited<ReturnType<typeof eventsDatabase>>;
let store: Pool;
let running: Background | undefined;
const metrics = new Metrics();

beforeAll(async () => {
  database = await eventsDatabase();
  store = await database.store('metrics');
});
afterAll(async () => {
  await running?.stop();
  await database?.stop();
});

/** The value of a series, as Prometheus would read it. */
function value(series: string): number | undefined {
  const line = formatMetrics(metrics, 'prometheus')
    .split('\n')
    .find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('lag, backlog and dead letters are reported by topic and group', async () => {
  const { log } = recordedLog();
  const broker = new PostgresBroker({ pool: database.events, close: async () => {} }, log);
  const events = createEvents(CONFIG, broker, log, {
    retry: { maxAttempts: 1, initialPauseMs: 1 },
    observer: eventMetrics(metrics),
  });
  await migrate(store, [...events.outbox.migrations, ...events.inboxMigrations], log);
  const append = (n: number, time: Date) =>
    events.outbox.append(store, {
      topic: 'orders',
      type: 't',
      key: 'k',
      time: time.toISOString(),
      data: { n },
    });
  await append(1, new Date(Date.now() - 20_000));
  await append(2, new Date());
  // The broker is as good as away.
  const lock = await database.events.connect();
  await lock.query('BEGIN; LOCK TABLE event');
  const relay = events.outbox.relay(store);
  const consumer = events.consumer(store, {
    topic: 'orders',
    group: 'notes',
    handle: async ({ data }) => {
      if ((data as { n: number }).n === 2) throw new Error('no');
    },
  });
  running = combineBackground([relay, consumer]);
  await running.start();
  await eventually(() => value('weft_outbox_events{topic="orders"}') === 2);
  expect(value('weft_outbox_oldest_seconds{topic="orders"}')).toBeGreaterThanOrEqual(20);
  await lock.query('COMMIT');
  lock.release();

  await eventually(() => value('weft_outbox_events{topic="orders"}') === 0, 30_000);
  expect(value('weft_outbox_oldest_seconds{topic="orders"}')).toBe(0);
  expect(value('weft_events_published_total{topic="orders"}')).toBe(2);
  await eventually(() => value('weft_dead_letters{topic="orders",group="notes"}') === 1, 30_000);
  const received = 'weft_events_received_total{topic="orders",group="notes",outcome=';
  expect(value(`${received}"applied"}`)).toBe(1);
  expect(value(`${received}"dead-lettered"}`)).toBe(1);
  const labels = 'topic="orders",group="notes"';
  expect(value(`weft_event_lag_seconds_count{${labels}}`)).toBe(1);
  expect(value(`weft_event_lag_seconds_sum{${labels}}`)).toBeGreaterThanOrEqual(20);
  expect(value(`weft_event_lag_seconds_bucket{${labels},le="10"}`)).toBe(0);
  expect(value(`weft_event_lag_seconds_bucket{${labels},le="+Inf"}`)).toBe(1);
});
