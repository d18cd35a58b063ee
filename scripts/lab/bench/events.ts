import type { Broker as Kind } from '../../../mesh/policy/broker.ts';
import { failureOf } from '../../../mesh/report/failure.ts';
import { ProgramError } from '../../process/run-program.ts';
import { stopSignals } from '../../process/stop-signals.ts';
import { percentiles } from '../contrast/percentiles.ts';
import { type BenchBroker, containedTopics, postgresTopics } from './events/bench-broker.ts';
import { type EventsServer, eventsServer } from './events/events-server.ts';
import { type Lags, measureLag, type OrderLoad } from './events/lag.ts';
import { countLost, WRITERS } from './events/lost.ts';
import { BATCH, measureRelay, type Rates } from './events/relay-rate.ts';
import { type Figure, figureOf } from './figure.ts';

const ROUNDS = 3;
const LOAD: OrderLoad = { rate: 1_000, seconds: 10, warmUpSeconds: 2 };
const EVENTS = 1_000_000;
/** Of an order in its life: it is placed, and then confirmed or cancelled. */
const EVENTS_OF_ORDER = 2;
const KINDS: readonly Kind[] = ['postgres', 'kafka', 'rabbitmq'];

export interface EventsBenchOptions {
  /** How many go through the outbox with 16 writers. @default a million */
  readonly events?: number;
}

/**
 * Events from outbox to consumer: lag at 1,000 orders a second with each broker; a million of them by 16 writers, counted;
 * and what a relay carries, beside the orders that are placed in the same run.
 */
export async function* run({ events = EVENTS }: EventsBenchOptions = {}): AsyncGenerator<Figure> {
  const { signal } = stopSignals();
  for (const kind of KINDS) yield* await ofBroker(kind, signal);
  yield* await ofMany(events, signal);
}

async function ofBroker(kind: Kind, signal: AbortSignal): Promise<readonly Figure[]> {
  const server = await eventsServer();
  try {
    const broker = await open(kind, server);
    if (!broker) return [...lagFigures(kind, []), ...relayFigures(kind, [])];
    try {
      const lags = await measureLag(server, broker, LOAD, ROUNDS, signal);
      const rates = await measureRelay(broker, ROUNDS, signal);
      return [...lagFigures(kind, lags), ...relayFigures(kind, rates)];
    } finally {
      await broker.close();
    }
  } finally {
    await server.stop();
  }
}

async function open(kind: Kind, server: EventsServer): Promise<BenchBroker | undefined> {
  if (kind === 'postgres') return postgresTopics(server);
  try {
    return await containedTopics(kind);
  } catch (error) {
    const reason = error instanceof ProgramError ? error.stderr : failureOf(error).message;
    process.stderr.write(`events: ${kind} is not measured: ${reason.trim().split('\n')[0]}\n`);
    return undefined;
  }
}

/** Kafka and RabbitMQ are beside it, to compare with. */
function lagFigures(kind: Kind, rounds: readonly Lags[]): readonly Figure[] {
  const { rate, seconds } = LOAD;
  const what = `${kind}: lag to the effect at ${rate.toLocaleString('en')} orders/s for ${seconds} s`;
  const of = (name: string, measure: (lags: Lags) => number, target?: number) =>
    figureOf(rounds.map(measure), {
      figure: `${what}, ${name}`,
      unit: 'ms',
      better: 'lower',
      ...(target !== undefined && { target }),
    });
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  return [
    of('p50 from when due', ({ fromDue }) => percentiles(fromDue).p50),
    of('p99 from when due', ({ fromDue }) => percentiles(fromDue).p99, kind === 'postgres' ? 100 : undefined),
    of('longest from when due', ({ fromDue }) => most(fromDue)),
    of('p99 from the commit', ({ fromCommit }) => percentiles(fromCommit).p99),
  ];
}

function relayFigures(kind: Kind, rounds: readonly Rates[]): readonly Figure[] {
  const what = `${kind}: relay of ${BATCH} a batch`;
  const ratio = { unit: 'ratio', better: 'higher' } as const;
  const toOrders = rounds.map(({ orders, events }) => events / orders);
  return [
    figureOf(
      rounds.map(({ events }) => events),
      { figure: `${what}, by itself`, unit: 'events/s', better: 'higher' },
    ),
    figureOf(toOrders, {
      figure: `${what}, to placing orders, of which each writes one event`,
      ...ratio,
      ...(kind === 'postgres' && { target: 5 }),
    }),
    figureOf(
      toOrders.map((one) => one / EVENTS_OF_ORDER),
      { figure: `${what}, to placing orders, with ${EVENTS_OF_ORDER} events in the life of each`, ...ratio },
    ),
  ];
}

async function ofMany(events: number, signal: AbortSignal): Promise<readonly Figure[]> {
  const server = await eventsServer();
  try {
    const { written, seconds, lost, twice, disordered, missed } = await countLost(server, events, signal);
    const what = `postgres: of ${written.toLocaleString('en')} events by ${WRITERS} writers`;
    const none = { unit: 'events', target: 0, better: 'lower' } as const;
    return [
      figureOf([lost], { figure: `${what}, lost`, ...none }),
      figureOf([disordered], { figure: `${what}, out of order for their key`, ...none }),
      figureOf([twice], { figure: `${what}, with more than one effect`, ...none }),
      // A run in which it misses none has not tried the others.
      figureOf([missed], {
        figure: `${what}, missed by a poller of numbers`,
        unit: 'events',
        target: 1,
        better: 'higher',
      }),
      figureOf([written / seconds], {
        figure: `${what}, outbox to effect`,
        unit: 'events/s',
        better: 'higher',
      }),
    ];
  } finally {
    await server.stop();
  }
}
