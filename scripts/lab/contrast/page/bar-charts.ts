import { count, figure, milliseconds, percent, withUnit } from '../../../operate/report/figures.ts';
import type { ScenarioResult, ScenarioRun } from '../report.ts';
import { bars } from './bars.ts';
import { cpuOf, successOf } from './measures.ts';

export function successChart({ runs }: ScenarioResult): string {
  const bar = (run: ScenarioRun) => ({
    layer: run.layer,
    parts: [successOf(run)],
    text: percent(successOf(run)),
  });
  return bars({
    title: 'Requests that succeeded',
    note: 'status below 400, regardless of latency; higher is better',
    groups: [{ bars: runs.map(bar) }],
    maxValue: 1,
  });
}

export function goodputChart({ runs, requestsPerSecond, maxUsefulLatencyMs }: ScenarioResult): string {
  const bar = ({ layer, goodputPerSecond }: ScenarioRun) => ({
    layer,
    parts: [goodputPerSecond],
    text: withUnit(figure(goodputPerSecond), '/s'),
  });
  return bars({
    title: 'Useful responses per second',
    note: `within ${withUnit(count(maxUsefulLatencyMs), 'ms')}, of ${count(requestsPerSecond)} requests per second; higher is better`,
    groups: [{ bars: runs.map(bar) }],
    maxValue: Math.max(requestsPerSecond, ...runs.map(({ goodputPerSecond }) => goodputPerSecond)),
  });
}

export function cpuChart({ runs }: ScenarioResult): string {
  const bar = (run: ScenarioRun) => ({
    layer: run.layer,
    parts: [run.application.cpuMsPer1000Requests, run.proxy?.cpuMsPer1000Requests],
    text: milliseconds(cpuOf(run)),
  });
  return bars({
    title: 'CPU for 1,000 requests',
    note: 'ms; solid: application, light: proxies; lower is better',
    groups: [{ bars: runs.map(bar) }],
  });
}

export function memoryChart({ runs }: ScenarioResult): string {
  const bar = ({ layer, application, proxy }: ScenarioRun) => ({
    layer,
    parts: [application.memoryMiB, proxy?.memoryMiB],
    text: withUnit(figure(application.memoryMiB + (proxy?.memoryMiB ?? 0)), 'MiB'),
  });
  return bars({
    title: 'Memory at the end',
    note: 'MiB; solid: application, light: proxies; lower is better',
    groups: [{ bars: runs.map(bar) }],
  });
}

export function movedKeysChart({ runs }: ScenarioResult): string {
  const bar = ({ layer, movedKeyShare }: ScenarioRun) => ({
    layer,
    parts: [movedKeyShare],
    text: percent(movedKeyShare),
  });
  return bars({
    title: 'Keys that moved to another replica',
    note: 'lower is better',
    groups: [{ bars: runs.map(bar) }],
    maxValue: 1,
  });
}
