import type { Contrasted, Report, Run } from '../../../../scripts/lab/contrast/report.ts';

/** What a run is about in a test; all else is as in a run in which nothing goes wrong. */
export interface HandRun {
  /** CPU for 1,000 requests. @default 1000 */
  readonly cpu?: number;
  /** Percent. @default 100 */
  readonly success?: number;
  /** Milliseconds. @default 10 */
  readonly p99?: number;
  readonly goodput?: number;
  readonly movedKeys?: number;
}

type Runs = Readonly<Partial<Record<Contrasted, HandRun>>>;

/** A report with these scenarios, by name and layer. */
export function handReport(scenarios: Readonly<Record<string, Runs>>): Report {
  return {
    made: '2026-03-14T09:26:53.000Z',
    where: 'kind',
    machine: { cpu: 'none', cores: 1, memoryMiB: 1, node: 'v24.0.0' },
    layers: ['none', 'app', 'mesh', 'proxyless', 'both'],
    scenarios: Object.entries(scenarios).map(([name, runs]) => ({
      ...{ name, title: name, what: name, measure: 'cost', rate: 100, seconds: 10, usefulMs: 500 },
      runs: Object.entries(runs).map(([layer, made]) => run(layer as Contrasted, made)),
    })),
  };
}

function run(layer: Contrasted, hand: HandRun): Run {
  const { cpu = 1_000, success = 100, p99 = 10, goodput = 100, movedKeys } = hand;
  return {
    layer,
    sent: 10_000,
    succeeded: success * 100,
    goodput,
    statuses: {},
    latencyMs: { p50: p99, p90: p99, p99, p999: p99 },
    tries: {},
    hosts: [],
    ...(movedKeys !== undefined && { movedKeys }),
    decisions: {},
    application: { cpuMsPer1000: cpu / 2, memoryMiB: 1 },
    proxy: { cpuMsPer1000: cpu / 2, memoryMiB: 1 },
    timeline: [],
  };
}
