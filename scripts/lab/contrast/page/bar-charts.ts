import type { Run, ScenarioResult } from '../report.ts';
import { bars } from './bars.ts';
import { count, figure, milliseconds, percent, withUnit } from './figures.ts';
import { cpuOf, successOf } from './measures.ts';

export function successChart({ runs }: ScenarioResult): string {
  const bar = (run: Run) => ({
    layer: run.layer,
    parts: [successOf(run)],
    text: percent(successOf(run)),
  });
  return bars({
    title: 'Requests that succeeded',
    note: 'answers below 400, however late; more is better',
    groups: [{ bars: runs.map(bar) }],
    most: 1,
  });
}

export function goodputChart({ runs, rate, usefulMs }: ScenarioResult): string {
  const bar = ({ layer, goodput }: Run) => ({
    layer,
    parts: [goodput],
    text: withUnit(figure(goodput), '/s'),
  });
  return bars({
    title: 'Useful answers a second',
    note: `within ${withUnit(count(usefulMs), 'ms')}, of ${count(rate)} requests a second; more is better`,
    groups: [{ bars: runs.map(bar) }],
    most: Math.max(rate, ...runs.map(({ goodput }) => goodput)),
  });
}

export function cpuChart({ runs }: ScenarioResult): string {
  const bar = (run: Run) => ({
    layer: run.layer,
    parts: [run.application.cpuMsPer1000, run.proxy?.cpuMsPer1000],
    text: milliseconds(cpuOf(run)),
  });
  return bars({
    title: 'CPU for 1,000 requests',
    note: 'ms; solid: application, light: proxies; less is better',
    groups: [{ bars: runs.map(bar) }],
  });
}

export function memoryChart({ runs }: ScenarioResult): string {
  const bar = ({ layer, application, proxy }: Run) => ({
    layer,
    parts: [application.memoryMiB, proxy?.memoryMiB],
    text: withUnit(figure(application.memoryMiB + (proxy?.memoryMiB ?? 0)), 'MiB'),
  });
  return bars({
    title: 'Memory at the end',
    note: 'MiB; solid: application, light: proxies; less is better',
    groups: [{ bars: runs.map(bar) }],
  });
}

export function movedKeysChart({ runs }: ScenarioResult): string {
  const bar = ({ layer, movedKeys }: Run) => ({ layer, parts: [movedKeys], text: percent(movedKeys) });
  return bars({
    title: 'Keys that moved to another host',
    note: 'less is better',
    groups: [{ bars: runs.map(bar) }],
    most: 1,
  });
}
