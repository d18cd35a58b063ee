import type { ContrastLayer, ContrastReport, ScenarioRun } from '../../../../scripts/lab/contrast/report.ts';

/** The values of a run that a test sets. All others are those of a run without faults. */
export interface HandRun {
  /** CPU time for 1,000 requests, in milliseconds. @default 1000 */
  readonly cpu?: number;
  /** Success rate in percent. @default 100 */
  readonly success?: number;
  /** In milliseconds. @default 10 */
  readonly p99?: number;
  readonly goodput?: number;
  readonly movedKeys?: number;
}

type Runs = Readonly<Partial<Record<ContrastLayer, HandRun>>>;

/** Returns a report with the given runs, by scenario and layer. */
export function handReport(scenarios: Readonly<Record<string, Runs>>): ContrastReport {
  return {
    createdAt: '2026-03-14T09:26:53.000Z',
    where: 'kind',
    machine: { cpu: 'none', cores: 1, memoryMiB: 1, node: 'v24.0.0' },
    layers: ['none', 'app', 'mesh', 'proxyless', 'both'],
    scenarios: Object.entries(scenarios).map(([name, runs]) => ({
      ...{ name, title: name, description: name, measure: 'cost' },
      ...{ requestsPerSecond: 100, durationS: 10, maxUsefulLatencyMs: 500 },
      runs: Object.entries(runs).map(([layer, values]) => run(layer as ContrastLayer, values)),
    })),
  };
}

function run(layer: ContrastLayer, hand: HandRun): ScenarioRun {
  const { cpu = 1_000, success = 100, p99 = 10, goodput = 100, movedKeys } = hand;
  return {
    layer,
    sent: 10_000,
    succeeded: success * 100,
    goodputPerSecond: goodput,
    statuses: {},
    latencyMs: { p50: p99, p90: p99, p99, p999: p99 },
    attemptsPerRequest: {},
    replicas: [],
    ...(movedKeys !== undefined && { movedKeyShare: movedKeys }),
    decisions: {},
    application: { cpuMsPer1000Requests: cpu / 2, memoryMiB: 1 },
    proxy: { cpuMsPer1000Requests: cpu / 2, memoryMiB: 1 },
    timeline: [],
  };
}
