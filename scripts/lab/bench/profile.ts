import { openLocalTarget } from '../../operate/profile/local-target.ts';
import { recordProfiles } from '../../operate/profile/record-profiles.ts';
import { listenForStopSignals } from '../../process/stop-signals.ts';
import { type Figure, summarize } from './figure.ts';
import { type BenchShop, withBenchShop } from './orders/bench-shop.ts';
import { subtractCpu } from './orders/cpu-by-part.ts';
import { type LoadGenerator, startLoadGenerator } from './orders/start-load-generator.ts';

/** Services that every order passes through. */
const SERVICES = ['order', 'gateway'] as const;
const ROUNDS = 3;
/** Length of a recording, in seconds. */
const SECONDS = 10;
/** Orders between two checks of the time. */
const BATCH_SIZE = 400;
/** Orders before the first round. The JIT compiler needs that many. */
const WARM_UP_ORDERS = 6_000;
/** Share of orders that may fail, for example by a deadline on a busy machine. */
const MAX_FAILURE_SHARE = 0.01;
const MIN_THROUGHPUT_RATIO = 0.9;

/** Measurements of one window. */
interface Window {
  /** Orders placed per second. */
  readonly rate: number;
  /** Seconds of CPU per order, by part. */
  readonly cpu: ReadonlyMap<string, number>;
}

/** Measurements of a window with a recording, relative to the windows before and after it. */
interface Ratios {
  readonly service: string;
  readonly rate: number;
  /** Orders per second of CPU of the recorded service. Decides about the throughput if the service is the bottleneck. */
  readonly perCpu: number;
}

/**
 * Measures the orders per second of the whole shop while a service is recorded, and the orders for each second of CPU of
 * that service. Windows with and without a recording alternate: each recording is compared with the mean of the window before
 * and the window after it, so that a machine that gets steadily faster or slower favors neither.
 */
export async function* run(): AsyncGenerator<Figure> {
  const { signal, onSecond } = listenForStopSignals();
  const ratios = await withBenchShop(
    signal,
    onSecond,
    () => {},
    async (shop) => {
      const generator = startLoadGenerator(shop.loadOptions);
      try {
        process.stderr.write('profile: warming up\n');
        await generator.placeOrders(WARM_UP_ORDERS, signal);
        return await measureRounds(shop, generator, signal);
      } finally {
        generator.stop();
      }
    },
  );
  const common = { unit: 'ratio', target: MIN_THROUGHPUT_RATIO, better: 'higher' } as const;
  for (const service of SERVICES) {
    const own = ratios.filter((one) => one.service === service);
    const subject = `while ${service} is recorded for ${SECONDS} s, relative to no recording`;
    yield summarize(
      own.map(({ rate }) => rate),
      { ...common, figure: `orders per second ${subject}` },
    );
    yield summarize(
      own.map(({ perCpu }) => perCpu),
      { ...common, figure: `orders per CPU second of ${service} ${subject}` },
    );
  }
}

async function measureRounds(
  shop: BenchShop,
  generator: LoadGenerator,
  signal: AbortSignal,
): Promise<readonly Ratios[]> {
  const measure = (work: Promise<unknown>) => measureWindow(shop, generator, signal, work);
  const measureIdle = () => measure(new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000)));
  const ratios: Ratios[] = [];
  let before = await measureIdle();
  for (let round = 1; round <= ROUNDS; round++) {
    for (const service of SERVICES) {
      process.stderr.write(`profile: round ${round} of ${ROUNDS}, ${service}\n`);
      const recorded = await measure(record(service, shop.data, signal));
      const after = await measureIdle();
      const without = (read: (window: Window) => number) => (read(before) + read(after)) / 2;
      const cpuOf = ({ cpu }: Window) => cpu.get(service) ?? Number.NaN;
      ratios.push({
        service,
        rate: recorded.rate / without(({ rate }) => rate),
        perCpu: without(cpuOf) / cpuOf(recorded),
      });
      before = after;
    }
  }
  return ratios;
}

async function record(service: string, data: string, signal: AbortSignal): Promise<void> {
  const target = await openLocalTarget(service, data, signal);
  try {
    await recordProfiles(target, SECONDS, signal);
  } finally {
    await target.close();
  }
}

/** Places orders until `work` is done. @throws Error if more than 1 % of a batch fails; the error of `work` */
async function measureWindow(
  { cpu }: BenchShop,
  generator: LoadGenerator,
  signal: AbortSignal,
  work: Promise<unknown>,
): Promise<Window> {
  let isDone = false;
  const completion = work.finally(() => {
    isDone = true;
  });
  // Awaited below, unless the orders fail first.
  completion.catch(() => {});
  let placed = 0;
  let seconds = 0;
  const before = await cpu({});
  while (!isDone) {
    const result = await generator.placeOrders(BATCH_SIZE, signal);
    if (result.placed < BATCH_SIZE * (1 - MAX_FAILURE_SHARE))
      throw new Error(
        `${BATCH_SIZE - result.placed} of ${BATCH_SIZE} orders failed, by status: ${JSON.stringify(result.refusals)}`,
      );
    placed += result.placed;
    seconds += result.seconds;
  }
  await completion;
  const cpuByPart = subtractCpu(before, await cpu({}));
  return {
    rate: placed / seconds,
    cpu: new Map([...cpuByPart].map(([part, cpuSeconds]) => [part, cpuSeconds / placed])),
  };
}
