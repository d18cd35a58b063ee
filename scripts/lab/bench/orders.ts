import { listenForStopSignals } from '../../process/stop-signals.ts';
import type { Figure } from './figure.ts';
import { measureStatementRate } from './orders/statement-rate.ts';
import { measureWholePath } from './orders/whole-path.ts';

/** Measures placing an order: its SQL statements as a ratio to pgbench, and the whole path over HTTP. */
export async function* run(): AsyncGenerator<Figure> {
  const { signal, onSecond } = listenForStopSignals();
  yield* await measureStatementRate(signal);
  yield* await measureWholePath(signal, onSecond);
}
