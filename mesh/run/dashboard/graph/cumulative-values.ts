import { LRUCache } from 'lru-cache';
import type { ReceivedPoint } from '../otlp/parse-metrics.ts';

/** Series whose last value is in memory. Evicted series are those of processes that have ended. */
const MAX_SERIES = 20_000;

/** State of CumulativeValues. */
export interface SavedValues {
  readonly startedAt: number;
  readonly last: readonly (readonly [string, number])[];
}

/** Converts cumulative points into increases. */
export class CumulativeValues {
  readonly #last = new LRUCache<string, number>({ max: MAX_SERIES });
  /** In microseconds since the epoch. */
  #startedAt: number;

  /** @param startedAt the first point of a process that started later counts from 0, in microseconds since the epoch */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** Returns the increase of a series since its previous point. */
  increase({ metric, source, labels, value, start }: ReceivedPoint): number {
    const key = `${metric}\n${source.service}\n${source.instance}\n${JSON.stringify(labels)}`;
    const last = this.#last.get(key);
    this.#last.set(key, value);
    if (last === undefined) return start >= this.#startedAt ? value : 0;
    // A lower value is that of a process that started again.
    return value < last ? value : value - last;
  }

  /** Returns the last values, for a later `restore`. */
  save(): SavedValues {
    return { startedAt: this.#startedAt, last: [...this.#last.entries()] };
  }

  /** Goes on from saved values, so that increases in the meantime are counted. */
  restore({ startedAt, last }: SavedValues): void {
    this.#startedAt = startedAt;
    for (const [key, value] of last) this.#last.set(key, value);
  }
}
