import { availableParallelism } from 'node:os';
import { waitUntilSettled } from '../../chaos/wait-until-settled.ts';
import { type Figure, figureOf } from '../figure.ts';
import { cpuBetween } from './cpu-by-part.ts';
import { Latencies } from './latencies.ts';
import { LINES } from './order-of-three.ts';
import { type PathShop, withPathShop } from './path-shop.ts';
import { type Buyer, startBuyer } from './start-buyer.ts';

const WINDOWS = 5;
/** Orders of a window. */
const ORDERS = 6_000;
/** Orders before the first one: the compilers need so many. */
const WARM_UP = 8_000;
/** Seconds for which nothing may come to its end after a window: a reservation without an order is found after 90. */
const PATIENCE = 120;
/** Share of the orders of a window that may fail, as when a busy machine lets a deadline pass. Cold, more may. */
const MOST_FAILED = 0.01;
const TARGET = 2_000;

/** What one window has shown. */
interface Window {
  /** Orders that were answered 201, a second. */
  readonly placed: number;
  /** The same until each of them was confirmed, and its customer was told. */
  readonly finished: number;
  /** Microseconds of CPU for an order, to its very end. */
  readonly cpu: ReadonlyMap<string, number>;
  /** Milliseconds of its placing. */
  readonly time: ReadonlyMap<string, number>;
}

/**
 * Orders as customers place them, all of the shop and its customers on this machine: how many are placed and durable
 * in a second, what CPU one takes by the part that uses it, and where its time goes.
 * @throws Error when more than a hundredth of the orders fail, or one that was placed is not there
 */
export async function wholePath(
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
): Promise<readonly Figure[]> {
  const latencies = new Latencies();
  const onLine = (service: string, line: string) => latencies.line(service, line);
  return withPathShop(signal, onKill, onLine, async (shop) => {
    const buyer = startBuyer(shop.purchase);
    try {
      const windows: Window[] = [];
      process.stderr.write('whole path: warming up\n');
      await observe(WARM_UP, 1, shop, buyer, latencies, signal);
      while (windows.length < WINDOWS) {
        process.stderr.write(`whole path: window ${windows.length + 1} of ${WINDOWS}\n`);
        windows.push(await observe(ORDERS, MOST_FAILED, shop, buyer, latencies, signal));
      }
      return figuresOf(windows, shop.purchase.inFlight);
    } finally {
      buyer.stop();
    }
  });
}

async function observe(
  orders: number,
  mostFailed: number,
  { stores, cpu }: PathShop,
  buyer: Buyer,
  latencies: Latencies,
  signal: AbortSignal,
): Promise<Window> {
  const count = async () => {
    const [row] = await stores.query<{ count: number }>('order', 'SELECT count(*)::int FROM orders');
    return row?.count ?? 0;
  };
  const others = { customers: buyer.pid, 'reading the logs': process.pid };
  const countBefore = await count();
  latencies.forget();
  const before = await cpu(others);
  const bought = await buyer.buy(orders, signal);
  const time = timeByPart(bought.latencyMs, latencies);
  const { allAfter, pending: left } = await waitUntilSettled(stores, PATIENCE, signal);
  const after = await cpu(others);
  const { placed, refused, seconds } = bought;
  const failed = orders - placed;
  if (failed > orders * mostFailed)
    throw new Error(`${failed} of ${orders} orders failed, by status: ${JSON.stringify(refused)}`);
  if (left.orders + left.reservations + left.events > 0)
    throw new Error(`not all came to rest: ${JSON.stringify(left)}`);
  const kept = (await count()) - countBefore;
  // One that was given up may have been placed.
  if (kept < placed || kept > placed + failed)
    throw new Error(`${placed} orders were answered 201, and ${kept} are there`);
  return {
    placed: placed / seconds,
    finished: placed / (seconds + allAfter),
    cpu: new Map([...cpuBetween(before, after)].map(([part, used]) => [part, (1e6 * used) / placed])),
    time,
  };
}

/** Each part waits for the next: what one took less what the next took is its own, with the way between them. */
function timeByPart(latencyMs: number, latencies: Latencies): ReadonlyMap<string, number> {
  const request = latencies.mean('POST /v1/orders');
  const placing = latencies.mean('PlaceOrder');
  const reserving = latencies.mean('Reserve');
  return new Map([
    ['until the gateway has it, and back', latencyMs - request],
    ['gateway, and to order', request - placing],
    ['order with its statements, and to product', placing - reserving],
    ['product with its statement', reserving],
  ]);
}

function figuresOf(windows: readonly Window[], inFlight: number): readonly Figure[] {
  const what = `orders of ${LINES} lines over HTTP, ${inFlight} in flight, on ${availableParallelism()} cores`;
  const totals = windows.map(({ cpu }) => sumOf(cpu));
  return [
    figureOf(
      windows.map(({ placed }) => placed),
      { figure: `${what}: placed and durable`, unit: '/s', target: TARGET, better: 'higher' },
    ),
    figureOf(
      windows.map(({ finished }) => finished),
      { figure: 'the same, until all are confirmed and customers told', unit: '/s', better: 'higher' },
    ),
    figureOf(totals, { figure: 'CPU of an order to its end, all together', unit: 'µs', better: 'lower' }),
    ...shares(
      'CPU of an order',
      windows.map(({ cpu }) => cpu),
    ),
    ...shares(
      'time of placing one',
      windows.map(({ time }) => time),
    ),
  ];
}

/** The share of each part, the largest first; parts below a hundredth are left out. */
function shares(what: string, windows: readonly ReadonlyMap<string, number>[]): readonly Figure[] {
  const parts = new Set(windows.flatMap((window) => [...window.keys()]));
  return [...parts]
    .map((part) => {
      const percents = windows.map((window) => (100 * (window.get(part) ?? 0)) / sumOf(window));
      return figureOf(percents, { figure: `${what}: ${part}`, unit: '%', better: 'lower' });
    })
    .filter(({ value }) => value >= 1)
    .sort((a, b) => b.value - a.value);
}

function sumOf(parts: ReadonlyMap<string, number>): number {
  return [...parts.values()].reduce((sum, one) => sum + one, 0);
}
