import { stopSignals } from '../../process/stop-signals.ts';
import type { Figure } from './figure.ts';
import { databasePart } from './orders/database-part.ts';
import { wholePath } from './orders/whole-path.ts';

/** Placing an order: its statements beside pgbench, and all of the shop at it. */
export async function* run(): AsyncGenerator<Figure> {
  const { signal, onSecond } = stopSignals();
  yield* await databasePart(signal);
  yield* await wholePath(signal, onSecond);
}
