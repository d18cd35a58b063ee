import { setTimeout as delay } from 'node:timers/promises';
import { type Figure, summarize } from '../figure.ts';
import { generateGraph } from './generate-graph.ts';
import { type GeneratedRun, withGeneratedRun } from './generated-run.ts';
import { GRAPH_STEPS } from './graph-steps.ts';
import { groupInteractions, interactionDurations, nearestRank } from './interaction-latency.ts';
import { type OpenedPage, withPage } from './open-page.ts';
import { type PageStep, settle } from './page-steps.ts';
import { RECORD_STEPS } from './record-steps.ts';
import { startReplay } from './start-replay.ts';
import { readStoreTotals } from './store-totals.ts';

const GRAPH_SIZE = { services: 300, calls: 900 };
const SPANS_PER_SECOND = 1_000;
const SEED = 1;
const MAX_P75_MS = 100;
const MAX_MEMORY_MB = 150;
/** Share of the spans that must arrive, because a slower replay is another measurement. */
const MIN_RATE_SHARE = 0.95;
const SLOWEST_STEPS = 5;

export interface PageLoad {
  /** Number of times that all interactions run. */
  readonly rounds: number;
  /** Time of the replay before the page opens. */
  readonly warmUpMs: number;
}

/**
 * Measures the latency of interactions with the live page of a large graph under load, and the memory of its server. The
 * browser, the replay and the server share the machine.
 */
export async function measurePage(
  { rounds, warmUpMs }: PageLoad,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
): Promise<readonly Figure[]> {
  const graph = generateGraph(GRAPH_SIZE, SEED);
  // After a change of the sources, the first start compiles them, for which it needs more memory.
  await withGeneratedRun(graph, onKill, async () => {});
  return withGeneratedRun(graph, onKill, async (run) => {
    const replay = startReplay({ url: run.url, graph, spansPerSecond: SPANS_PER_SECOND, seed: SEED });
    try {
      const failed = Promise.race([run.failed, replay.failed]);
      failed.catch(() => {});
      return await measureRun(run, failed, { rounds, warmUpMs }, signal);
    } finally {
      await replay.stop();
    }
  });
}

async function measureRun(
  run: GeneratedRun,
  failed: Promise<never>,
  { rounds, warmUpMs }: PageLoad,
  signal: AbortSignal,
): Promise<readonly Figure[]> {
  process.stderr.write(`dashboard: sending ${SPANS_PER_SECOND} spans/s before the page opens\n`);
  await Promise.race([delay(warmUpMs, undefined, { signal }), failed]);
  const before = await readStoreTotals(run);
  const start = performance.now();
  const durations = await withPage(run, failed, (opened) => interact(opened, rounds, signal));
  const seconds = (performance.now() - start) / 1_000;
  const after = await readStoreTotals(run);
  const memoryMB = await run.readMaxMemoryMB();
  const common = { runs: durations.length, min: Math.min(...durations), max: Math.max(...durations) };
  const load = `${GRAPH_SIZE.services} services, ${SPANS_PER_SECOND} spans/s`;
  return [
    {
      ...common,
      figure: `p75 of interactions with the page, ${load}`,
      value: nearestRank(durations, 0.75),
      unit: 'ms',
      target: MAX_P75_MS,
      better: 'lower',
    },
    {
      ...common,
      figure: `median of interactions with the page, ${load}`,
      value: nearestRank(durations, 0.5),
      unit: 'ms',
      better: 'lower',
    },
    summarize([memoryMB], {
      figure: `peak memory of the server of the page, ${load}`,
      unit: 'MB',
      target: MAX_MEMORY_MB,
      better: 'lower',
    }),
    summarize([(after.spans - before.spans) / seconds], {
      figure: 'spans that the server stored meanwhile',
      unit: 'spans/s',
      target: MIN_RATE_SHARE * SPANS_PER_SECOND,
      better: 'higher',
    }),
  ];
}

/** Performs all interactions and returns their durations in milliseconds. */
async function interact(opened: OpenedPage, rounds: number, signal: AbortSignal): Promise<readonly number[]> {
  const { page, countInteractions, readTimings } = opened;
  const starts: { readonly step: PageStep; readonly time: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`dashboard: interactions, round ${round} of ${rounds}\n`);
    for (const step of [...GRAPH_STEPS, ...RECORD_STEPS]) {
      signal.throwIfAborted();
      starts.push({ step, time: await page.evaluate<number>('performance.now()') });
      await step.run(page).catch((error: unknown) => {
        throw new Error(`the page did not react to '${step.name}': ${(error as Error).message}`, {
          cause: error,
        });
      });
      await settle(page);
    }
  }
  const interactions = groupInteractions(await readTimings());
  const slowest = interactions.toSorted((a, b) => b.duration - a.duration).slice(0, SLOWEST_STEPS);
  for (const { startTime, duration } of slowest) {
    const { step } = starts.findLast(({ time }) => time <= startTime) ?? {};
    process.stderr.write(`dashboard: ${duration} ms for '${step?.name ?? 'opening the page'}'\n`);
  }
  return interactionDurations(interactions, await countInteractions());
}
