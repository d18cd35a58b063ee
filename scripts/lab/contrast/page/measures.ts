import type { Run, ScenarioResult } from '../report.ts';
import { figure, milliseconds, percent, withUnit } from './figures.ts';
import { lastCallee } from './last-callee.ts';

/** What a scenario is about, as a number of each of its runs. */
export interface MeasureOf {
  readonly name: string;
  readonly better: 'more' | 'less';
  readonly value: (run: Run) => number | undefined;
  readonly text: (value: number | undefined) => string;
  /** Whether two values say the same, so that neither is marked. */
  readonly near: (a: number, b: number) => boolean;
}

const within5Percent = (a: number, b: number) => Math.abs(a - b) <= 0.05 * Math.max(Math.abs(a), Math.abs(b));
const withinHalfAPoint = (a: number, b: number) => Math.abs(a - b) <= 0.005;

/** Share of the requests, 0 to 1; undefined when none was sent. */
export function successOf({ sent, succeeded }: Run): number | undefined {
  return sent > 0 ? succeeded / sent : undefined;
}

/** CPU of application and proxies, in milliseconds for 1,000 requests. */
export function cpuOf({ application, proxy }: Run): number {
  return application.cpuMsPer1000 + (proxy?.cpuMsPer1000 ?? 0);
}

const MEASURES = {
  success: {
    name: 'success',
    better: 'more',
    value: successOf,
    text: percent,
    near: withinHalfAPoint,
  },
  p99: {
    name: 'p99',
    better: 'less',
    value: ({ latencyMs }) => (Number.isFinite(latencyMs.p99) ? latencyMs.p99 : undefined),
    text: milliseconds,
    near: within5Percent,
  },
  goodput: {
    name: 'useful answers a second',
    better: 'more',
    value: ({ goodput }) => goodput,
    text: (value) => withUnit(figure(value), '/s'),
    near: within5Percent,
  },
  spread: {
    name: 'busiest host beside the mean',
    better: 'less',
    value: ({ hosts }) => {
      const all = hosts.reduce((sum, { tries }) => sum + tries, 0);
      return all > 0 ? (Math.max(...hosts.map(({ tries }) => tries)) * hosts.length) / all : undefined;
    },
    text: (value) => withUnit(figure(value), '×'),
    near: within5Percent,
  },
  cost: {
    name: 'CPU for 1,000 requests',
    better: 'less',
    value: cpuOf,
    text: milliseconds,
    near: within5Percent,
  },
} as const satisfies Readonly<Record<Exclude<ScenarioResult['measure'], 'attempts'>, MeasureOf>>;

const MOVED_KEYS: MeasureOf = {
  name: 'keys that moved',
  better: 'less',
  value: ({ movedKeys }) => movedKeys,
  text: percent,
  near: withinHalfAPoint,
};

/** The measure of a scenario; where keys moved, how many says more than how evenly they lie. */
export function measureOf({ measure, runs }: ScenarioResult): MeasureOf {
  if (measure === 'attempts') return attempts(runs);
  const moved = measure === 'spread' && runs.some(({ movedKeys }) => movedKeys !== undefined);
  return moved ? MOVED_KEYS : MEASURES[measure];
}

function attempts(runs: readonly Run[]): MeasureOf {
  const callee = lastCallee(runs);
  return {
    name: `tries for a request at ${callee ?? 'the last callee'}`,
    better: 'less',
    value: ({ tries }) => (callee === undefined ? undefined : tries[callee]),
    text: (value) => figure(value),
    near: within5Percent,
  };
}
