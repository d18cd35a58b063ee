import { listenForStopSignals } from '../../process/stop-signals.ts';
import { measureCpuShare } from './dashboard/cpu-share.ts';
import { measurePage } from './dashboard/measure-page.ts';
import { measureStartRatio } from './dashboard/start-ratio.ts';
import type { Figure } from './figure.ts';

const PAGE_LOAD = { rounds: 2, warmUpMs: 15_000 };
const START_PAIRS = 6;
const ORDER_LOAD = { warmUpSeconds: 15, runs: 3, secondsPerRun: 30 };

/**
 * Measures the live page: latency of interactions and memory with a large graph, and what the dashboard adds to the start
 * and to the CPU of the shop.
 */
export async function* run(): AsyncGenerator<Figure> {
  const { signal, onSecond } = listenForStopSignals();
  yield* await measurePage(PAGE_LOAD, signal, onSecond);
  yield await measureStartRatio(START_PAIRS, signal);
  yield* await measureCpuShare(ORDER_LOAD, signal, onSecond);
}
