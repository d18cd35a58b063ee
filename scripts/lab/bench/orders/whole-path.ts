import { availableParallelism } from 'node:os';
import { waitUntilSettled } from '../../chaos/wait-until-settled.ts';
import { type Figure, summarize } from '../figure.ts';
import { type BenchShop, withBenchShop } from './bench-shop.ts';
import { subtractCpu } from './cpu-by-part.ts';
import { LogLatencies } from './log-latencies.ts';
import { LINES } from './sample-order.ts';
import { type LoadGenerator, startLoadGenerator } from './start-load-generator.ts';

const WINDOWS = 5;
/** Orders in each window. */
const ORDERS_PER_WINDOW = 6_000;
/** Orders before the first window. The JIT compiler needs that many. */
const WARM_UP_ORDERS = 8_000;
/** Time without progress after which a window fails. The sweep finds a reservation without an order within 90 s. */
const SETTLE_TIMEOUT_S = 120;
/** Share of orders in a window that may fail, for example by a deadline on a busy machine. The warm-up has no limit. */
const MAX_FAILURE_SHARE = 0.01;
const TARGET_ORDERS_PER_SECOND = 2_000;

/** Measurements of one window. */
interface Window {
  /** Orders answered with 201, per second. */
  readonly placed: number;
  /** Orders per second until all are final and all customers are notified. */
  readonly finished: number;
  /** Microseconds of CPU per order until it is final, by part. */
  readonly cpu: ReadonlyMap<string, number>;
  /** Milliseconds to place an order, by part. */
  readonly time: ReadonlyMap<string, number>;
}

/**
 * Measures placing orders over HTTP with the whole shop and the load generator on this machine: durable orders per second,
 * CPU per order by part, and latency by part.
 * @throws Error if more than 1 % of the orders fail or an order answered with 201 does not exist
 */
export async function measureWholePath(
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
): Promise<readonly Figure[]> {
  const latencies = new LogLatencies();
  const onLine = (service: string, line: string) => latencies.addLine(service, line);
  return withBenchShop(signal, onKill, onLine, async (shop) => {
    const generator = startLoadGenerator(shop.loadOptions);
    try {
      const windows: Window[] = [];
      process.stderr.write('whole path: warming up\n');
      await measureWindow(WARM_UP_ORDERS, 1, shop, generator, latencies, signal);
      while (windows.length < WINDOWS) {
        process.stderr.write(`whole path: window ${windows.length + 1} of ${WINDOWS}\n`);
        windows.push(
          await measureWindow(ORDERS_PER_WINDOW, MAX_FAILURE_SHARE, shop, generator, latencies, signal),
        );
      }
      return summarizeWindows(windows, shop.loadOptions.inFlight);
    } finally {
      generator.stop();
    }
  });
}

async function measureWindow(
  orders: number,
  maxFailureShare: number,
  { stores, cpu }: BenchShop,
  generator: LoadGenerator,
  latencies: LogLatencies,
  signal: AbortSignal,
): Promise<Window> {
  const countOrders = async () => {
    const [row] = await stores.query<{ count: number }>('order', 'SELECT count(*)::int FROM orders');
    return row?.count ?? 0;
  };
  const others = { customers: generator.pid, 'reading the logs': process.pid };
  const countBefore = await countOrders();
  latencies.reset();
  const cpuBefore = await cpu(others);
  const result = await generator.placeOrders(orders, signal);
  const time = splitLatency(mean(result.latenciesMs), latencies);
  const { eventsAppliedAfterS, pending } = await waitUntilSettled(stores, SETTLE_TIMEOUT_S, signal);
  const cpuAfter = await cpu(others);
  const { placed, refusals, seconds } = result;
  const failures = orders - placed;
  if (failures > orders * maxFailureShare)
    throw new Error(`${failures} of ${orders} orders failed, by status: ${JSON.stringify(refusals)}`);
  if (pending.orders + pending.reservations + pending.events > 0)
    throw new Error(`work is still pending after the window: ${JSON.stringify(pending)}`);
  const stored = (await countOrders()) - countBefore;
  // A failed request may have placed its order.
  if (stored < placed || stored > placed + failures)
    throw new Error(`${placed} orders received 201, but ${stored} exist`);
  return {
    placed: placed / seconds,
    finished: placed / (seconds + eventsAppliedAfterS),
    cpu: new Map(
      [...subtractCpu(cpuBefore, cpuAfter)].map(([part, seconds]) => [part, (1e6 * seconds) / placed]),
    ),
    time,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Splits the latency into parts. Each part waits for the next, so its own time is the difference of the two, including the
 * transfer between them.
 */
function splitLatency(latencyMs: number, latencies: LogLatencies): ReadonlyMap<string, number> {
  const request = latencies.mean('POST /v1/orders');
  const placing = latencies.mean('PlaceOrder');
  const reserving = latencies.mean('Reserve');
  return new Map([
    ['transfer between customer and gateway', latencyMs - request],
    ['gateway, and transfer to order', request - placing],
    ['order with its statements, and transfer to product', placing - reserving],
    ['product with its statement', reserving],
  ]);
}

function summarizeWindows(windows: readonly Window[], inFlight: number): readonly Figure[] {
  const subject = `orders of ${LINES} lines over HTTP, ${inFlight} in flight, on ${availableParallelism()} cores`;
  const totals = windows.map(({ cpu }) => sumOf(cpu));
  return [
    summarize(
      windows.map(({ placed }) => placed),
      {
        figure: `${subject}: placed and durable`,
        unit: '/s',
        target: TARGET_ORDERS_PER_SECOND,
        better: 'higher',
      },
    ),
    summarize(
      windows.map(({ finished }) => finished),
      { figure: 'the same, until all are final and customers notified', unit: '/s', better: 'higher' },
    ),
    summarize(totals, { figure: 'CPU per order until it is final, total', unit: 'µs', better: 'lower' }),
    ...summarizeShares(
      'CPU per order',
      windows.map(({ cpu }) => cpu),
    ),
    ...summarizeShares(
      'latency of placing an order',
      windows.map(({ time }) => time),
    ),
  ];
}

/** Summarizes the share of each part, largest first, omitting parts below 1 %. */
function summarizeShares(
  subject: string,
  windows: readonly ReadonlyMap<string, number>[],
): readonly Figure[] {
  const parts = new Set(windows.flatMap((window) => [...window.keys()]));
  return [...parts]
    .map((part) => {
      const percents = windows.map((window) => (100 * (window.get(part) ?? 0)) / sumOf(window));
      return summarize(percents, { figure: `${subject}: ${part}`, unit: '%', better: 'lower' });
    })
    .filter(({ value }) => value >= 1)
    .sort((a, b) => b.value - a.value);
}

function sumOf(parts: ReadonlyMap<string, number>): number {
  return [...parts.values()].reduce((sum, value) => sum + value, 0);
}
