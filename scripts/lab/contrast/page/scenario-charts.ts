import type { Measure, ScenarioResult } from '../report.ts';
import { attemptsChart } from './attempts-chart.ts';
import { cpuChart, goodputChart, memoryChart, movedKeysChart, successChart } from './bar-charts.ts';
import { latencyChart } from './latency-chart.ts';
import { spreadChart } from './spread-chart.ts';
import { p99Timeline, successTimeline } from './timeline-chart.ts';

type Chart = (scenario: ScenarioResult) => string;

/** Charts by the measure of a scenario, starting with the chart of the measure itself. */
const CHARTS: Readonly<Record<Measure, readonly Chart[]>> = {
  success: [successChart, successTimeline, latencyChart, attemptsChart],
  p99: [latencyChart, p99Timeline, spreadChart, successChart],
  attempts: [attemptsChart, latencyChart, successChart, cpuChart],
  goodput: [goodputChart, latencyChart, successTimeline, attemptsChart],
  spread: [movedKeysChart, spreadChart, latencyChart, cpuChart],
  cost: [cpuChart, memoryChart, latencyChart, successChart],
};

/** Returns the charts of a scenario as SVG, without charts that would be empty. */
export function scenarioCharts(scenario: ScenarioResult): readonly string[] {
  return CHARTS[scenario.measure].filter((chart) => hasData(chart, scenario)).map((chart) => chart(scenario));
}

function hasData(chart: Chart, { runs }: ScenarioResult): boolean {
  if (chart === spreadChart)
    return runs.some(({ replicas }) => replicas.some(({ attempts }) => attempts > 0));
  if (chart === movedKeysChart) return runs.some(({ movedKeyShare }) => movedKeyShare !== undefined);
  if (chart === attemptsChart)
    return runs.some(({ attemptsPerRequest }) => Object.keys(attemptsPerRequest).length > 0);
  if (chart === successTimeline || chart === p99Timeline)
    return runs.some(({ timeline }) => timeline.length > 0);
  return runs.length > 0;
}
