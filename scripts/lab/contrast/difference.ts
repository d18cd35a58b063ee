import type { Cost } from './report.ts';
import type { Reading, Used } from './stage.ts';

type Counts = Readonly<Record<string, number>>;

/** What processes have counted from one reading to the next. */
export interface Difference {
  /** Requests by the name of the process, then by method. */
  readonly requests: ReadonlyMap<string, Counts>;
  /** Requests by service, then by method, of those services whose processes were there all the time. */
  readonly services: ReadonlyMap<string, Counts>;
  readonly decisions: Counts;
}

/** A process that was started meanwhile counts from its beginning; what one counted that ended is not known. */
export function differenceOf(before: Reading, after: Reading): Difference {
  const earlier = new Map(before.counted.map((one) => [one.process, one]));
  const later = new Set(after.counted.map(({ process }) => process));
  const restarted = new Set(
    before.counted.filter(({ process }) => !later.has(process)).map(({ service }) => service),
  );
  const parts = after.counted.map((now) => ({
    name: now.name,
    service: now.service,
    requests: subtract(now.requests, earlier.get(now.process)?.requests),
    decisions: subtract(now.decisions, earlier.get(now.process)?.decisions),
  }));
  const byService = Map.groupBy(
    parts.filter(({ service }) => !restarted.has(service)),
    ({ service }) => service,
  );
  return {
    requests: new Map(parts.map(({ name, requests }) => [name, requests])),
    services: new Map([...byService].map(([name, all]) => [name, add(all.map(({ requests }) => requests))])),
    decisions: add(parts.map(({ decisions }) => decisions)),
  };
}

/** What processes of one kind cost meanwhile, for `requests` that were sent. */
export function costOf(before: readonly Used[], after: readonly Used[], requests: number): Cost {
  const earlier = new Map(before.map(({ process, cpuMs }) => [process, cpuMs]));
  const cpuMs = after.reduce((sum, now) => sum + now.cpuMs - (earlier.get(now.process) ?? 0), 0);
  return {
    cpuMsPer1000: (cpuMs * 1_000) / requests,
    memoryMiB: after.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
  };
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
