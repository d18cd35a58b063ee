import type { Broker as BrokerKind } from '../../../mesh/policy/broker.ts';
import { failureOf } from '../../../mesh/report/failure.ts';
import { ProgramError } from '../../process/run-program.ts';
import { listenForStopSignals } from '../../process/stop-signals.ts';
import { percentiles } from '../contrast/percentiles.ts';
import { type BenchBroker, createPostgresBroker, startContainerBroker } from './events/bench-broker.ts';
import { countDeliveryErrors, WRITERS } from './events/count-delivery-errors.ts';
import { type EventsServer, startEventsServer } from './events/events-server.ts';
import { type Lags, measureLag, type OrderLoad } from './events/lag.ts';
import { BATCH_SIZE, measureRelay, type RelayRates } from './events/relay-rate.ts';
import { type Figure, summarize } from './figure.ts';

const ROUNDS = 3;
const LOAD: OrderLoad = { rate: 1_000, seconds: 10, warmUpSeconds: 2 };
const EVENTS = 1_000_000;
/** An order publishes one event when it is placed and one when it is confirmed or cancelled. */
const EVENTS_PER_ORDER = 2;
const BROKER_KINDS: readonly BrokerKind[] = ['postgres', 'kafka', 'rabbitmq'];

export interface EventsBenchOptions {
  /** Number of events that 16 writers send through the outbox. @default 1,000,000 */
  readonly events?: number;
}

/**
 * Measures events from outbox to consumer: the lag at 1,000 orders per second with each broker, delivery errors among a million
 * events of 16 writers, and the rate of the relay as a ratio to the order rate.
 */
export async function* run({ events = EVENTS }: EventsBenchOptions = {}): AsyncGenerator<Figure> {
  const { signal } = listenForStopSignals();
  for (const kind of BROKER_KINDS) yield* await measureBroker(kind, signal);
  yield* await measureDelivery(events, signal);
}

async function measureBroker(kind: BrokerKind, signal: AbortSignal): Promise<readonly Figure[]> {
  const server = await startEventsServer();
  try {
    const broker = await openBroker(kind, server);
    if (!broker) return [...summarizeLags(kind, []), ...summarizeRelay(kind, [])];
    try {
      const lags = await measureLag(server, broker, LOAD, ROUNDS, signal);
      const rates = await measureRelay(broker, ROUNDS, signal);
      return [...summarizeLags(kind, lags), ...summarizeRelay(kind, rates)];
    } finally {
      await broker.close();
    }
  } finally {
    await server.stop();
  }
}

/** Opens a broker; undefined if its container cannot be started. */
async function openBroker(kind: BrokerKind, server: EventsServer): Promise<BenchBroker | undefined> {
  if (kind === 'postgres') return createPostgresBroker(server);
  try {
    return await startContainerBroker(kind);
  } catch (error) {
    const reason = error instanceof ProgramError ? error.stderr : failureOf(error).message;
    process.stderr.write(`events: ${kind} is not measured: ${reason.trim().split('\n')[0]}\n`);
    return undefined;
  }
}

/** Summarizes lags. Only Postgres has a target; Kafka and RabbitMQ are for comparison. */
function summarizeLags(kind: BrokerKind, rounds: readonly Lags[]): readonly Figure[] {
  const { rate, seconds } = LOAD;
  const subject = `${kind}: lag to the effect at ${rate.toLocaleString('en')} orders/s for ${seconds} s`;
  const figure = (name: string, measure: (lags: Lags) => number, target?: number) =>
    summarize(rounds.map(measure), {
      figure: `${subject}, ${name}`,
      unit: 'ms',
      better: 'lower',
      ...(target !== undefined && { target }),
    });
  const max = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  return [
    figure('p50 from due time', ({ fromDue }) => percentiles(fromDue).p50),
    figure(
      'p99 from due time',
      ({ fromDue }) => percentiles(fromDue).p99,
      kind === 'postgres' ? 100 : undefined,
    ),
    figure('maximum from due time', ({ fromDue }) => max(fromDue)),
    figure('p99 from commit', ({ fromCommit }) => percentiles(fromCommit).p99),
  ];
}

function summarizeRelay(kind: BrokerKind, rounds: readonly RelayRates[]): readonly Figure[] {
  const subject = `${kind}: relay in batches of ${BATCH_SIZE}`;
  const ratio = { unit: 'ratio', better: 'higher' } as const;
  const ratios = rounds.map(({ orders, events }) => events / orders);
  return [
    summarize(
      rounds.map(({ events }) => events),
      { figure: `${subject}, alone`, unit: 'events/s', better: 'higher' },
    ),
    summarize(ratios, {
      figure: `${subject}, relative to placing orders with one event each`,
      ...ratio,
      ...(kind === 'postgres' && { target: 5 }),
    }),
    summarize(
      ratios.map((value) => value / EVENTS_PER_ORDER),
      { figure: `${subject}, relative to placing orders with ${EVENTS_PER_ORDER} events each`, ...ratio },
    ),
  ];
}

async function measureDelivery(events: number, signal: AbortSignal): Promise<readonly Figure[]> {
  const server = await startEventsServer();
  try {
    const counts = await countDeliveryErrors(server, events, signal);
    const subject = `postgres: of ${counts.writtenEvents.toLocaleString('en')} events by ${WRITERS} writers`;
    const noneExpected = { unit: 'events', target: 0, better: 'lower' } as const;
    return [
      summarize([counts.lostEvents], { figure: `${subject}, lost`, ...noneExpected }),
      summarize([counts.reorderedEvents], {
        figure: `${subject}, reordered within their key`,
        ...noneExpected,
      }),
      summarize([counts.duplicateEvents], { figure: `${subject}, applied more than once`, ...noneExpected }),
      // If the naive poller misses none, the run had no reordered commits and proves nothing.
      summarize([counts.missedEvents], {
        figure: `${subject}, missed by a naive poller`,
        unit: 'events',
        target: 1,
        better: 'higher',
      }),
      summarize([counts.writtenEvents / counts.seconds], {
        figure: `${subject}, outbox to effect`,
        unit: 'events/s',
        better: 'higher',
      }),
    ];
  } finally {
    await server.stop();
  }
}
