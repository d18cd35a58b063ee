import { stopSignals } from '../../process/stop-signals.ts';
import type { Figure } from './figure.ts';
import { figureOf } from './figure.ts';
import { withPathShop } from './orders/path-shop.ts';
import { startBuyer } from './orders/start-buyer.ts';
import { npmProcess, residentMiB } from './resident.ts';

/** Orders of a batch; the time is looked at between batches. */
const BATCH = 1_000;
/** Orders before anything is measured: the compilers need so many. */
const WARM_UP = 4_000;
const MEMORY_TARGET_MIB = 900;
const THROUGHPUT_TARGET = 0.95;
/** What Node 24 takes by itself on a machine of 16 GiB or more, outside of a container. */
const MACHINE_OPTIONS = '--max-old-space-size=4096 --max-semi-space-size=64 --v8-pool-size=4';

/** Measurements of one run of the shop. */
interface Load {
  /** Orders a second of each batch. */
  readonly placed: readonly number[];
  readonly beforeMiB: number;
  readonly afterMiB: number;
}

/**
 * Memory of all processes together while customers order as fast as they can: with the heap limits of the manifests, and
 * with those that Node takes outside of a container. Each is measured twice in the same run.
 *
 * @param minutes of orders with each of the two limits
 */
export async function* run({ minutes = 5 }: { readonly minutes?: number }): AsyncGenerator<Figure> {
  const { signal, onSecond } = stopSignals();
  const measure = (owner: string, nodeOptions?: string) => {
    process.stderr.write(`memory: ${minutes / 2} minutes of orders, with the limits of the ${owner}\n`);
    return underLoad(minutes / 2, nodeOptions, signal, onSecond);
  };
  // In this order, a machine that becomes steadily faster or slower favors neither.
  const first = await measure('manifests');
  const machine = [await measure('machine', MACHINE_OPTIONS), await measure('machine', MACHINE_OPTIONS)];
  const manifests = [first, await measure('manifests')];
  const memory = { unit: 'MiB', better: 'lower' } as const;
  yield figureOf(
    manifests.map(({ beforeMiB }) => beforeMiB),
    { ...memory, figure: 'all processes together, before the load' },
  );
  yield figureOf(
    manifests.map(({ afterMiB }) => afterMiB),
    {
      ...memory,
      figure: `all processes together, after ${minutes / 2} minutes of orders`,
      target: MEMORY_TARGET_MIB,
    },
  );
  yield figureOf(
    machine.map(({ afterMiB }) => afterMiB),
    { ...memory, figure: 'the same, with the limits of the machine' },
  );
  const median = figureOf(
    machine.flatMap(({ placed }) => placed),
    { unit: '/s', better: 'higher', figure: '' },
  ).value;
  yield figureOf(
    manifests.flatMap(({ placed }) => placed).map((placed) => placed / median),
    {
      figure: 'orders a second, to those with the limits of the machine',
      unit: 'ratio',
      target: THROUGHPUT_TARGET,
      better: 'higher',
    },
  );
}

async function underLoad(
  minutes: number,
  nodeOptions: string | undefined,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
): Promise<Load> {
  return withPathShop(
    signal,
    onKill,
    () => {},
    async ({ purchase }) => {
      const buyer = startBuyer(purchase);
      // The bench is in the place of npm start, whose processes are the same.
      const used = async () => (await residentMiB(await npmProcess())) - (await residentMiB(buyer.pid));
      try {
        const beforeMiB = await used();
        await buyer.buy(WARM_UP, signal);
        const placed: number[] = [];
        const end = performance.now() + minutes * 60_000;
        while (performance.now() < end) {
          const bought = await buyer.buy(BATCH, signal);
          placed.push(bought.placed / bought.seconds);
        }
        return { placed, beforeMiB, afterMiB: await used() };
      } finally {
        buyer.stop();
      }
    },
    nodeOptions,
  );
}
