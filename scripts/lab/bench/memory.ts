import { listenForStopSignals } from '../../process/stop-signals.ts';
import type { Figure } from './figure.ts';
import { summarize } from './figure.ts';
import { withBenchShop } from './orders/bench-shop.ts';
import { startLoadGenerator } from './orders/start-load-generator.ts';
import { readBenchMiB } from './resident-memory.ts';

/** Orders between two checks of the time. */
const BATCH_SIZE = 1_000;
/** Orders before the measurement. The JIT compiler needs that many. */
const WARM_UP_ORDERS = 4_000;
const MEMORY_TARGET_MIB = 900;
const THROUGHPUT_TARGET = 0.95;
/** Defaults of Node 24 on a machine with 16 GiB or more, outside a container. */
const MACHINE_OPTIONS = '--max-old-space-size=4096 --max-semi-space-size=64 --v8-pool-size=4';

/** Measurements of one run of the shop. */
interface RunMeasurements {
  /** Orders per second of each batch. */
  readonly placed: readonly number[];
  readonly beforeMiB: number;
  readonly afterMiB: number;
}

/**
 * Measures the memory of all processes and the order rate under full load, with the heap limits of the manifests and with
 * the defaults of Node. Each is measured twice in the same run.
 *
 * @param minutes duration of the load with each of the two limits
 */
export async function* run({ minutes = 5 }: { readonly minutes?: number }): AsyncGenerator<Figure> {
  const { signal, onSecond } = listenForStopSignals();
  const measure = (owner: string, nodeOptions?: string) => {
    process.stderr.write(`memory: ${minutes / 2} minutes of orders with the limits of the ${owner}\n`);
    return runUnderLoad(minutes / 2, nodeOptions, signal, onSecond);
  };
  // With this order, a machine that gets steadily faster or slower favors neither.
  const first = await measure('manifests');
  const machine = [await measure('machine', MACHINE_OPTIONS), await measure('machine', MACHINE_OPTIONS)];
  const manifests = [first, await measure('manifests')];
  const memory = { unit: 'MiB', better: 'lower' } as const;
  yield summarize(
    manifests.map(({ beforeMiB }) => beforeMiB),
    { ...memory, figure: 'all processes together, before the load' },
  );
  yield summarize(
    manifests.map(({ afterMiB }) => afterMiB),
    {
      ...memory,
      figure: `all processes together, after ${minutes / 2} minutes of orders`,
      target: MEMORY_TARGET_MIB,
    },
  );
  yield summarize(
    machine.map(({ afterMiB }) => afterMiB),
    { ...memory, figure: 'all processes together, with the limits of the machine' },
  );
  const median = summarize(
    machine.flatMap(({ placed }) => placed),
    { unit: '/s', better: 'higher', figure: '' },
  ).value;
  yield summarize(
    manifests.flatMap(({ placed }) => placed).map((placed) => placed / median),
    {
      figure: 'orders per second, relative to the limits of the machine',
      unit: 'ratio',
      target: THROUGHPUT_TARGET,
      better: 'higher',
    },
  );
}

async function runUnderLoad(
  minutes: number,
  nodeOptions: string | undefined,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
): Promise<RunMeasurements> {
  return withBenchShop(
    signal,
    onKill,
    () => {},
    async ({ loadOptions }) => {
      const generator = startLoadGenerator(loadOptions);
      const readMiB = () => readBenchMiB(generator.pid);
      try {
        const beforeMiB = await readMiB();
        await generator.placeOrders(WARM_UP_ORDERS, signal);
        const placed: number[] = [];
        const end = performance.now() + minutes * 60_000;
        while (performance.now() < end) {
          const result = await generator.placeOrders(BATCH_SIZE, signal);
          placed.push(result.placed / result.seconds);
        }
        return { placed, beforeMiB, afterMiB: await readMiB() };
      } finally {
        generator.stop();
      }
    },
    nodeOptions === undefined ? {} : { nodeOptions },
  );
}
