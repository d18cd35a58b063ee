import { waitUntilSettled } from '../../chaos/wait-until-settled.ts';
import { type Figure, summarize } from '../figure.ts';
import { type BenchShop, withBenchShop } from '../orders/bench-shop.ts';
import { subtractCpu } from '../orders/cpu-by-part.ts';
import { type LoadGenerator, startLoadGenerator } from '../orders/start-load-generator.ts';
import { startCollector } from './start-collector.ts';

const ROUNDS = 7;
/** Orders per shop in each round. */
const ORDERS_PER_ROUND = 2_000;
/** Orders per shop before the first round. The JIT compiler needs that many. */
const WARM_UP_ORDERS = 6_000;
const SETTLE_TIMEOUT_S = 120;

/** Modes of telemetry, and the highest CPU and p99 of each relative to no telemetry. */
const MODES = [
  { name: '10 % sampled', ratio: '0.1', maxCpuRatio: 1.1 },
  { name: 'everything sampled', ratio: '1', maxCpuRatio: 1.25 },
] as const;
const MAX_P99_RATIO = 1.15;

interface Cost {
  /** Seconds of CPU per order, of all services and their databases. */
  readonly cpu: number;
  readonly p99Ms: number;
}

/**
 * Measures the CPU per order and the latency of placing one, with telemetry relative to without. The shops run at the
 * same time and receive orders in turn, so that changes of the machine concern each of them.
 */
export async function measureCostPerOrder(
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
): Promise<readonly Figure[]> {
  const collector = await startCollector();
  const kills: (() => void)[] = [];
  onKill(() => {
    for (const kill of kills) kill();
  });
  const withShop = <T>(variables: Readonly<Record<string, string>>, use: (shop: BenchShop) => Promise<T>) =>
    withBenchShop(
      signal,
      (kill) => kills.push(kill),
      () => {},
      use,
      { variables },
    );
  const exported = (ratio: string) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: ratio,
    // Prometheus scrapes the metrics in each environment that has a collector.
    OTEL_METRICS_EXPORTER: 'none',
  });
  const [some, all] = MODES;
  try {
    return await withShop({}, (off) =>
      withShop(exported(some.ratio), (sampled) =>
        withShop(exported(all.ratio), (traced) => measureShops([off, sampled, traced], signal)),
      ),
    );
  } finally {
    await collector.stop();
  }
}

async function measureShops(shops: readonly BenchShop[], signal: AbortSignal): Promise<readonly Figure[]> {
  const loads = shops.map((shop) => ({ shop, generator: startLoadGenerator(shop.loadOptions) }));
  try {
    for (const [index, load] of loads.entries()) {
      process.stderr.write(`telemetry: warming up shop ${index + 1} of ${loads.length}\n`);
      await measureOrders(load, WARM_UP_ORDERS, signal);
    }
    const rounds: (readonly Cost[])[] = [];
    while (rounds.length < ROUNDS) {
      process.stderr.write(`telemetry: round ${rounds.length + 1} of ${ROUNDS}\n`);
      const costs: Cost[] = [];
      for (const load of loads) costs.push(await measureOrders(load, ORDERS_PER_ROUND, signal));
      rounds.push(costs);
    }
    return MODES.flatMap(({ name, maxCpuRatio }, index) => {
      const ratios = (read: (cost: Cost) => number) =>
        rounds.map((costs) => {
          const [off, on] = [costs[0], costs[index + 1]];
          return off && on ? read(on) / read(off) : Number.NaN;
        });
      const common = { unit: 'ratio', better: 'lower' } as const;
      return [
        summarize(
          ratios(({ cpu }) => cpu),
          { ...common, figure: `CPU per order, ${name}, relative to no telemetry`, target: maxCpuRatio },
        ),
        summarize(
          ratios(({ p99Ms }) => p99Ms),
          {
            ...common,
            figure: `p99 of placing an order, ${name}, relative to no telemetry`,
            target: MAX_P99_RATIO,
          },
        ),
      ];
    });
  } finally {
    for (const { generator } of loads) generator.stop();
  }
}

async function measureOrders(
  { shop: { cpu, stores }, generator }: { readonly shop: BenchShop; readonly generator: LoadGenerator },
  orders: number,
  signal: AbortSignal,
): Promise<Cost> {
  const before = await cpu({});
  const { placed, p99Ms, refusals } = await generator.placeOrders(orders, signal);
  await waitUntilSettled(stores, SETTLE_TIMEOUT_S, signal);
  if (placed < orders * 0.99)
    throw new Error(`${orders - placed} of ${orders} orders failed, by status: ${JSON.stringify(refusals)}`);
  const seconds = [...subtractCpu(before, await cpu({})).values()].reduce((sum, value) => sum + value, 0);
  return { cpu: seconds / placed, p99Ms };
}
