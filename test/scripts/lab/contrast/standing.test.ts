import { describe, expect, test } from '@jest/globals';
import { standings } from '../../../../scripts/lab/contrast/page/standing.ts';
import type { Contrasted, Measure, Run, ScenarioResult } from '../../../../scripts/lab/contrast/report.ts';
import { sampleReport } from './sample-report.ts';

/** A scenario in which layers differ in this alone. */
function scenario(measure: Measure, changes: Partial<Record<Contrasted, Partial<Run>>>): ScenarioResult {
  const [calm] = sampleReport().scenarios;
  const [run] = calm?.runs ?? [];
  if (!calm || !run) throw new Error('the sample report has no run: give it one');
  const runs = Object.entries(changes).map(([layer, change]) => ({
    ...run,
    layer: layer as Contrasted,
    ...change,
  }));
  return { ...calm, measure, runs };
}

const cost = (cpuMsPer1000: number) => ({ application: { cpuMsPer1000, memoryMiB: 1 } });
const p99 = (ms: number) => ({ latencyMs: { p50: 1, p90: 1, p99: ms, p999: ms } });

describe('by a measure', () => {
  test('the ends are marked, and what is near an end shares its mark', () => {
    const marks = standings(
      scenario('cost', { none: cost(100), app: cost(104), mesh: cost(300), both: cost(200) }),
    );
    expect(Object.fromEntries(marks)).toEqual({ none: 'best', app: 'best', mesh: 'worst' });
  });

  test('nobody is marked where all are near each other', () => {
    expect(standings(scenario('cost', { none: cost(100), app: cost(104) })).size).toBe(0);
  });

  test('who fails quickly is not the best by p99', () => {
    const failing = { ...p99(2), sent: 100, succeeded: 60 };
    const working = { ...p99(20), sent: 100, succeeded: 100 };
    const slower = { ...p99(50), sent: 100, succeeded: 100 };
    const marks = standings(scenario('p99', { none: failing, app: working, mesh: slower }));
    expect(Object.fromEntries(marks)).toEqual({ app: 'best', mesh: 'worst' });
  });

  test('quick failures are compared where all fail', () => {
    const marks = standings(
      scenario('p99', { none: { ...p99(1_000), succeeded: 0 }, app: { ...p99(2), succeeded: 0 } }),
    );
    expect(Object.fromEntries(marks)).toEqual({ app: 'best', none: 'worst' });
  });
});
