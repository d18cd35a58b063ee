import type { QueryRange } from './prometheus-api.ts';

/** Steps between two points of a graph, in seconds. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200];
const MAX_STEP = 86_400;
/** Prometheus refuses more than 11,000 points of a series. */
const MAX_POINTS = 2_000;
const MAX_RANGE_SECONDS = 400 * 86_400;
/** Shortest window of a rate, in seconds: four scrapes at the default interval of 15 s. */
const MIN_RATE_WINDOW = 60;
const SCRAPE_SECONDS = 15;

/** The parameters of a request are not a time range. */
export class TimeRangeError extends Error {
  override readonly name = 'TimeRangeError';
}

/**
 * Parses a time range: `start` and `end` in seconds since the epoch, and the number of `points` that a graph has room for.
 * Both ends are multiples of the step, so that consecutive refreshes show the same points.
 * @throws TimeRangeError with the field and its value
 */
export function parseTimeRange(parameters: URLSearchParams): QueryRange {
  const start = readNumber(parameters, 'start', 0, Number.MAX_SAFE_INTEGER);
  const end = readNumber(parameters, 'end', start + 1, start + MAX_RANGE_SECONDS);
  const points = readNumber(parameters, 'points', 10, MAX_POINTS);
  const step = STEPS.find((seconds) => (end - start) / seconds <= points) ?? MAX_STEP;
  return { start: Math.floor(start / step) * step, end: Math.floor(end / step) * step, step };
}

/** Returns the durations of a range for the variables of queries, as PromQL writes them. */
export function durationsOf({ start, end, step }: QueryRange): {
  readonly window: string;
  readonly range: string;
} {
  return {
    window: `${Math.max(MIN_RATE_WINDOW, step + SCRAPE_SECONDS)}s`,
    range: `${Math.max(1, Math.round(end - start))}s`,
  };
}

function readNumber(parameters: URLSearchParams, name: string, min: number, max: number): number {
  const text = parameters.get(name) ?? '';
  const value = Number(text);
  if (text !== '' && Number.isFinite(value) && value >= min && value <= max) return value;
  throw new TimeRangeError(`${name} is '${text}': use a number from ${min} to ${max}`);
}
