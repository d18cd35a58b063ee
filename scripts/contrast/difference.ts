import type { Reading, Used } from './stage.ts';

type Counts = Readonly<Record<string, number>>;

/** What processes have counted from one reading to the next. */
export interface Difference {
  /** By the name of the process, then by method. */
  readonly requests: ReadonlyMap<string, Counts>;
  readonly services: ReadonlyMap<string, Counts>;
  readonly decisions: Counts;
}

/** A process that was started meanwhile counts from its beginning; what one that ended had counted is not known. */
export function differenceOf(before: Reading, after: Reading): Difference {
  const earlier = new Map(before.counted.map((one) => [one.process, one]));
  const parts = after.counted.map((now) => ({
    name: now.name,
    service: now.service,
    requests: subtract(now.requests, earlier.get(now.process)?.requests),
    decisions: subtract(now.decisions, earlier.get(now.process)?.decisions),
  }));
  const byService = Map.groupBy(parts, ({ service }) => service);
  return {
    requests: new Map(parts.map(({ name, requests }) => [name, requests])),
    services: new Map([...byService].map(([name, all]) => [name, add(all.map(({ requests }) => requests))])),
    decisions: add(parts.map(({ decisions }) => decisions)),
  };
}

/** CPU that was used meanwhile; restarts take some of it along. */
export function usedSince(before: Used, after: Used): Used {
  return { cpuMs: Math.max(0, after.cpuMs - before.cpuMs), memoryMiB: after.memoryMiB };
}

function subtract(now: Counts, before: Counts = {}): Counts {
  return Object.fromEntries(Object.entries(now).map(([key, value]) => [key, value - (before[key] ?? 0)]));
}

function add(parts: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const part of parts) {
    for (const [key, value] of Object.entries(part)) if (value > 0) sum[key] = (sum[key] ?? 0) + value;
  }
  return sum;
}
