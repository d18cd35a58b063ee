import type { ResourceUsage } from './container-usage.ts';
import type { Cost } from './report.ts';
import type { TestbedSnapshot } from './snapshot.ts';

type Counts = Readonly<Record<string, number>>;

/** The increase of counters between two snapshots. */
export interface SnapshotDelta {
  /** Requests by method, by replica name. */
  readonly requests: ReadonlyMap<string, Counts>;
  /** Requests by method, by service. Services with a process that ended between the snapshots are missing. */
  readonly services: ReadonlyMap<string, Counts>;
  readonly decisions: Counts;
}

/**
 * Subtracts the counters of two snapshots. Processes that started between them count from 0. The final counts of
 * processes that ended are unknown.
 */
export function subtractSnapshots(before: TestbedSnapshot, after: TestbedSnapshot): SnapshotDelta {
  const countersBefore = new Map(before.counters.map((one) => [one.process, one]));
  const processesAfter = new Set(after.counters.map(({ process }) => process));
  const restartedServices = new Set(
    before.counters.filter(({ process }) => !processesAfter.has(process)).map(({ service }) => service),
  );
  const deltas = after.counters.map(({ name, service, process, requests, decisions }) => ({
    name,
    service,
    requests: subtract(requests, countersBefore.get(process)?.requests),
    decisions: subtract(decisions, countersBefore.get(process)?.decisions),
  }));
  const deltasByService = Map.groupBy(
    deltas.filter(({ service }) => !restartedServices.has(service)),
    ({ service }) => service,
  );
  return {
    requests: new Map(deltas.map(({ name, requests }) => [name, requests])),
    services: new Map(
      [...deltasByService].map(([name, all]) => [name, add(all.map(({ requests }) => requests))]),
    ),
    decisions: add(deltas.map(({ decisions }) => decisions)),
  };
}

/**
 * Returns the cost of processes between two snapshots.
 * @param requests number of requests sent between them
 */
export function costOf(
  before: readonly ResourceUsage[],
  after: readonly ResourceUsage[],
  requests: number,
): Cost {
  const cpuMsBefore = new Map(before.map(({ process, cpuMs }) => [process, cpuMs]));
  const cpuMs = after.reduce((sum, usage) => sum + usage.cpuMs - (cpuMsBefore.get(usage.process) ?? 0), 0);
  return {
    cpuMsPer1000Requests: (cpuMs * 1_000) / requests,
    memoryMiB: after.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
  };
}

function subtract(after: Counts, before: Counts = {}): Counts {
  return Object.fromEntries(Object.entries(after).map(([key, value]) => [key, value - (before[key] ?? 0)]));
}

function add(counts: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const one of counts) {
    for (const [key, value] of Object.entries(one)) if (value > 0) sum[key] = (sum[key] ?? 0) + value;
  }
  return sum;
}
