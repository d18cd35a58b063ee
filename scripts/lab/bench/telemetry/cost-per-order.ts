import { waitUntilSettled } from '../../chaos/wait-until-settled.ts';
import { percentiles } from '../../contrast/percentiles.ts';
import { type Figure, summarize } from '../figure.ts';
import { type BenchShop, withBenchShop } from '../orders/bench-shop.ts';
import { subtractCpu } from '../orders/cpu-by-part.ts';
import { type LoadGenerator, startLoadGenerator } from '../orders/start-load-generator.ts';
import { startCollector } from './start-collector.ts';

/** The compiled code of two equal processes may differ by a tenth in its CPU. */
const SHOPS_PER_MODE = 2;
const RUNS = 4;
/** Orders per shop of a pair. */
const ORDERS_PER_PAIR = 1_000;
/** Orders per shop before the first run. The JIT compiler needs that many. */
const WARM_UP_ORDERS = 5_000;
/** Orders per second to both shops of a pair, as a share of what one without telemetry can process. */
const LOAD = 0.5;
const SETTLE_TIMEOUT_S = 120;

/** Modes of telemetry, and the highest CPU of each relative to no telemetry. */
const MODES = [
  { name: '10 % sampled', ratio: '0.1', maxCpuRatio: 1.1 },
  { name: 'everything sampled', ratio: '1', maxCpuRatio: 1.25 },
] as const;
const NO_TELEMETRY = { name: 'no telemetry', ratio: undefined } as const;
/** Orders to a pair before its measurement, because a shop that was idle responds slower at first. */
const PRELUDE_ORDERS = 300;
const MAX_P99_RATIO = 1.15;

/** Cost of the orders that a shop received in one round. */
interface Cost {
  readonly placed: number;
  /** Seconds of CPU of all services and their databases. */
  readonly cpu: number;
  readonly latenciesMs: readonly number[];
}

/**
 * Measures the CPU per order and the latency of placing one, with telemetry relative to without. A shop with telemetry and
 * one without receive orders at the same time, together half as many per second as one can process: the stalls of the
 * machine, which decide about a p99, then concern both.
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
  const exported = (ratio: string) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER_ARG: ratio,
    // Prometheus scrapes the metrics in each environment that has a collector.
    OTEL_METRICS_EXPORTER: 'none',
  });
  // As many shops without telemetry as with it: all receive the same number of orders, and have as many rows.
  const modes = Array.from({ length: SHOPS_PER_MODE }, () =>
    MODES.flatMap((mode) => [NO_TELEMETRY, mode]),
  ).flat();
  const withShops = async (shops: readonly Shop[]): Promise<readonly Figure[]> => {
    const mode = modes[shops.length];
    if (!mode) return measureShops(shops, signal);
    process.stderr.write(`telemetry: starting shop ${shops.length + 1} of ${modes.length}\n`);
    const variables = mode.ratio === undefined ? {} : exported(mode.ratio);
    const onShopKill = (kill: () => void) => kills.push(kill);
    return withBenchShop(
      signal,
      onShopKill,
      () => {},
      (shop) => withShops([...shops, { shop, mode }]),
      { variables },
    );
  };
  try {
    return await withShops([]);
  } finally {
    await collector.stop();
  }
}

type TelemetryMode = (typeof MODES)[number];
type Mode = typeof NO_TELEMETRY | TelemetryMode;

interface Shop {
  readonly shop: BenchShop;
  readonly mode: Mode;
}

async function measureShops(shops: readonly Shop[], signal: AbortSignal): Promise<readonly Figure[]> {
  const loads = shops.map(({ shop, mode }) => ({
    shop,
    mode,
    generator: startLoadGenerator(shop.loadOptions),
  }));
  try {
    let perSecond = 0;
    for (const [index, load] of loads.entries()) {
      process.stderr.write(`telemetry: warming up shop ${index + 1} of ${loads.length}\n`);
      const start = performance.now();
      const { placed } = await measureOrders(load, WARM_UP_ORDERS, signal);
      if (load.mode === NO_TELEMETRY) perSecond = (LOAD * placed * 1_000) / (performance.now() - start);
    }
    const runs: (readonly PairCost[])[] = [];
    while (runs.length < RUNS) {
      process.stderr.write(`telemetry: run ${runs.length + 1} of ${RUNS}\n`);
      const costs: PairCost[] = [];
      for (const { mode, on, off } of pairsOf(loads, runs.length)) {
        const measure = async (load: LoadedShop) => {
          await measureOrders(load, PRELUDE_ORDERS, signal, perSecond / 2);
          return measureOrders(load, ORDERS_PER_PAIR, signal, perSecond / 2);
        };
        const [onCost, offCost] = await Promise.all([measure(on), measure(off)]);
        costs.push({ mode, on: onCost, off: offCost });
      }
      runs.push(costs);
    }
    return figuresOf(runs);
  } finally {
    for (const { generator } of loads) generator.stop();
  }
}

interface LoadedShop extends Shop {
  readonly generator: LoadGenerator;
}

/** Costs of two shops that received orders at the same time. */
interface PairCost {
  /** Mode of the shop `on`. */
  readonly mode: TelemetryMode;
  readonly on: Cost;
  readonly off: Cost;
}

/** Returns each shop with telemetry together with one without, which is another one in each run. */
function pairsOf(shops: readonly LoadedShop[], run: number) {
  const offs = shops.filter(({ mode }) => mode === NO_TELEMETRY);
  const ons = MODES.flatMap((mode) => shops.filter((shop) => shop.mode === mode).map((on) => ({ mode, on })));
  return ons.flatMap(({ mode, on }, index) => {
    const off = offs[(index + run) % offs.length];
    return off ? [{ mode, on, off }] : [];
  });
}

function figuresOf(runs: readonly (readonly PairCost[])[]): readonly Figure[] {
  return MODES.flatMap((mode) => {
    const ratios = (read: (costs: readonly Cost[]) => number) =>
      runs.map((costs) => {
        const pairs = costs.filter((pair) => pair.mode === mode);
        return read(pairs.map(({ on }) => on)) / read(pairs.map(({ off }) => off));
      });
    const suffix = `${mode.name}, relative to ${NO_TELEMETRY.name}`;
    const common = { unit: 'ratio', better: 'lower' } as const;
    return [
      summarize(ratios(cpuPerOrder), {
        ...common,
        figure: `CPU per order, ${suffix}`,
        target: mode.maxCpuRatio,
      }),
      summarize(ratios(p99), {
        ...common,
        figure: `p99 of placing an order, ${suffix}`,
        target: MAX_P99_RATIO,
      }),
    ];
  });
}

function cpuPerOrder(costs: readonly Cost[]): number {
  const sum = (read: (cost: Cost) => number) => costs.reduce((total, cost) => total + read(cost), 0);
  return sum(({ cpu }) => cpu) / sum(({ placed }) => placed);
}

function p99(costs: readonly Cost[]): number {
  return percentiles(costs.flatMap(({ latenciesMs }) => latenciesMs)).p99;
}

async function measureOrders(
  { shop: { cpu, stores }, generator }: LoadedShop,
  orders: number,
  signal: AbortSignal,
  perSecond?: number,
): Promise<Cost> {
  const before = await cpu({});
  const { placed, refusals, latenciesMs } = await generator.placeOrders(orders, signal, perSecond);
  await waitUntilSettled(stores, SETTLE_TIMEOUT_S, signal);
  if (placed < orders * 0.99)
    throw new Error(`${orders - placed} of ${orders} orders failed, by status: ${JSON.stringify(refusals)}`);
  const cpuSeconds = [...subtractCpu(before, await cpu({})).values()].reduce((sum, value) => sum + value, 0);
  return { placed, cpu: cpuSeconds, latenciesMs };
}
