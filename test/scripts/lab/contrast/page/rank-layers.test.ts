import { describe, expect, test } from '@jest/globals';
import { rankLayers } from '../../../../../scripts/lab/contrast/page/rank-layers.ts';
import type {
  ContrastLayer,
  Measure,
  ScenarioResult,
  ScenarioRun,
} from '../../../../../scripts/lab/contrast/report.ts';
import { sampleReport } from '../sample-report.ts';

/** Returns a scenario whose runs differ only in `changes`. */
function scenario(
  measure: Measure,
  changes: Partial<Record<ContrastLayer, Partial<ScenarioRun>>>,
): ScenarioResult {
  const [calm] = sampleReport().scenarios;
  const [run] = calm?.runs ?? [];
  if (!calm || !run) throw new Error('the sample report has no run; add one');
  const runs = Object.entries(changes).map(([layer, change]) => ({
    ...run,
    layer: layer as ContrastLayer,
    ...change,
  }));
  return { ...calm, measure, runs };
}

const cost = (cpuMsPer1000Requests: number) => ({ application: { cpuMsPer1000Requests, memoryMiB: 1 } });
const p99 = (ms: number) => ({ latencyMs: { p50: 1, p90: 1, p99: ms, p999: ms } });

describe('the ranks of layers', () => {
  test('mark the best and the worst layer, and layers with similar values share a rank', () => {
    const ranks = rankLayers(
      scenario('cost', { none: cost(100), app: cost(104), mesh: cost(300), both: cost(200) }),
    );
    expect(Object.fromEntries(ranks)).toEqual({ none: 'best', app: 'best', mesh: 'worst' });
  });

  test('are missing when all layers have similar values', () => {
    expect(rankLayers(scenario('cost', { none: cost(100), app: cost(104) })).size).toBe(0);
  });

  test('do not count a layer that fails fast as best at p99', () => {
    const failing = { ...p99(2), sent: 100, succeeded: 60 };
    const working = { ...p99(20), sent: 100, succeeded: 100 };
    const slower = { ...p99(50), sent: 100, succeeded: 100 };
    const ranks = rankLayers(scenario('p99', { none: failing, app: working, mesh: slower }));
    expect(Object.fromEntries(ranks)).toEqual({ app: 'best', mesh: 'worst' });
  });

  test('compare failure latency when all layers fail', () => {
    const ranks = rankLayers(
      scenario('p99', { none: { ...p99(1_000), succeeded: 0 }, app: { ...p99(2), succeeded: 0 } }),
    );
    expect(Object.fromEntries(ranks)).toEqual({ app: 'best', none: 'worst' });
  });
});
