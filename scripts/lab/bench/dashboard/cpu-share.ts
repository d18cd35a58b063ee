import { waitUntilSettled } from '../../chaos/wait-until-settled.ts';
import { type Figure, summarize } from '../figure.ts';
import { type BenchShop, withBenchShop } from '../orders/bench-shop.ts';
import { subtractCpu } from '../orders/cpu-by-part.ts';
import { type LoadGenerator, startLoadGenerator } from '../orders/start-load-generator.ts';
import { readDashboardPid } from './store-totals.ts';

const ORDERS_PER_SECOND = 500;
const ORDERS_PER_PART = 1_000;
const SAMPLED_SHARE = '0.1';
const MAX_CPU_SHARE = 0.15;
const SETTLE_TIMEOUT_S = 60;
/** Share of the rate below which the figure names the rate that was reached. */
const MIN_RATE_SHARE = 0.95;

export interface CpuLoad {
  readonly warmUpSeconds: number;
  readonly runs: number;
  readonly secondsPerRun: number;
}

/** CPU of one run. */
interface DashboardCpu {
  /** Seconds of CPU of the dashboard, relative to all processes of the shop. */
  readonly share: number;
  readonly ordersPerSecond: number;
}

/**
 * Measures the CPU of the dashboard as a share of the CPU of the shop under load: all services, their databases and the
 * dashboard. The load generator and `npm start` itself do not count. A page is open, without its browser.
 */
export async function measureCpuShare(
  { warmUpSeconds, runs, secondsPerRun }: CpuLoad,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
): Promise<readonly Figure[]> {
  return withBenchShop(
    signal,
    onKill,
    () => {},
    async (shop) => {
      if (!shop.dashboard) throw new Error('the shop runs without a dashboard');
      const dashboard = await readDashboardPid(shop.dashboard);
      const generator = startLoadGenerator(shop.loadOptions);
      const closePage = followLivePage(shop.dashboard);
      try {
        process.stderr.write('dashboard: warming up the shop\n');
        await measureRun(shop, generator, dashboard, warmUpSeconds, signal);
        const results: DashboardCpu[] = [];
        while (results.length < runs) {
          process.stderr.write(`dashboard: CPU, run ${results.length + 1} of ${runs}\n`);
          results.push(await measureRun(shop, generator, dashboard, secondsPerRun, signal));
        }
        return figuresOf(results);
      } finally {
        closePage();
        generator.stop();
      }
    },
    { variables: { OTEL_TRACES_SAMPLER_ARG: SAMPLED_SHARE }, hasDashboard: true },
  );
}

function figuresOf(results: readonly DashboardCpu[]): readonly Figure[] {
  const rate = summarize(
    results.map(({ ordersPerSecond }) => ordersPerSecond),
    { figure: `orders placed per second, of ${ORDERS_PER_SECOND} sent`, unit: 'orders/s', better: 'higher' },
  );
  const isReached = rate.value >= MIN_RATE_SHARE * ORDERS_PER_SECOND;
  const load = `${isReached ? ORDERS_PER_SECOND : Math.round(rate.value)} orders/s`;
  return [
    summarize(
      results.map(({ share }) => share),
      {
        figure: `CPU of the dashboard, share of the shop's, ${load}, 10 % sampled`,
        unit: 'ratio',
        target: MAX_CPU_SHARE,
        better: 'lower',
      },
    ),
    rate,
  ];
}

async function measureRun(
  { cpu, stores }: BenchShop,
  generator: LoadGenerator,
  dashboard: number,
  seconds: number,
  signal: AbortSignal,
): Promise<DashboardCpu> {
  const others = { dashboard };
  const before = await cpu(others);
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1_000;
  let placed = 0;
  // In parts, so that a machine that is too slow for the rate needs no longer.
  while (elapsed() < seconds) {
    const result = await generator.placeOrders(ORDERS_PER_PART, signal, ORDERS_PER_SECOND);
    placed += result.placed;
    if (result.placed < ORDERS_PER_PART)
      process.stderr.write(`dashboard: refused orders by status: ${JSON.stringify(result.refusals)}\n`);
  }
  const ordersPerSecond = placed / elapsed();
  const cpuByPart = subtractCpu(before, await cpu(others));
  await waitUntilSettled(stores, SETTLE_TIMEOUT_S, signal);
  const total = [...cpuByPart.values()].reduce((sum, value) => sum + value, 0);
  return { share: (cpuByPart.get('dashboard') ?? 0) / total, ordersPerSecond };
}

/** Reads the events of the live page, as an open page does, until the function that it returns is called. */
function followLivePage({ url, token }: NonNullable<BenchShop['dashboard']>): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const read = async () => {
    const { body } = await fetch(`${url}/api/live`, { headers: { 'x-api-key': token }, signal });
    for await (const _ of body ?? []);
  };
  read().catch((error: Error) => {
    if (!signal.aborted) process.stderr.write(`dashboard: the live events ended: ${error.message}\n`);
  });
  return () => controller.abort();
}
