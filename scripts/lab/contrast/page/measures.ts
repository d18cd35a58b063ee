import { figure, milliseconds, percent, withUnit } from '../../../operate/report/figures.ts';
import type { ScenarioResult, ScenarioRun } from '../report.ts';

/** A measure of runs by which a scenario ranks layers. */
export interface MeasureDefinition {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly value: (run: ScenarioRun) => number | undefined;
  readonly text: (value: number | undefined) => string;
  /** Whether the difference between two values is insignificant. */
  readonly isNear: (a: number, b: number) => boolean;
}

const isWithin5Percent = (a: number, b: number) =>
  Math.abs(a - b) <= 0.05 * Math.max(Math.abs(a), Math.abs(b));
const isWithinHalfPoint = (a: number, b: number) => Math.abs(a - b) <= 0.005;

/** Returns the success rate of a run, 0 to 1, or undefined when no request was sent. */
export function successOf({ sent, succeeded }: ScenarioRun): number | undefined {
  return sent > 0 ? succeeded / sent : undefined;
}

/** Returns the CPU time of application and proxies for 1,000 requests, in milliseconds. */
export function cpuOf({ application, proxy }: ScenarioRun): number {
  return application.cpuMsPer1000Requests + (proxy?.cpuMsPer1000Requests ?? 0);
}

const MEASURES = {
  success: {
    name: 'success',
    better: 'higher',
    value: successOf,
    text: percent,
    isNear: isWithinHalfPoint,
  },
  p99: {
    name: 'p99',
    better: 'lower',
    value: ({ latencyMs }) => (Number.isFinite(latencyMs.p99) ? latencyMs.p99 : undefined),
    text: milliseconds,
    isNear: isWithin5Percent,
  },
  goodput: {
    name: 'useful responses per second',
    better: 'higher',
    value: ({ goodputPerSecond }) => goodputPerSecond,
    text: (value) => withUnit(figure(value), '/s'),
    isNear: isWithin5Percent,
  },
  spread: {
    name: 'busiest replica relative to the mean',
    better: 'lower',
    value: ({ replicas }) => {
      const all = replicas.reduce((sum, { attempts }) => sum + attempts, 0);
      return all > 0
        ? (Math.max(...replicas.map(({ attempts }) => attempts)) * replicas.length) / all
        : undefined;
    },
    text: (value) => withUnit(figure(value), '×'),
    isNear: isWithin5Percent,
  },
  cost: {
    name: 'CPU per 1,000 requests',
    better: 'lower',
    value: cpuOf,
    text: milliseconds,
    isNear: isWithin5Percent,
  },
} as const satisfies Readonly<Record<Exclude<ScenarioResult['measure'], 'attempts'>, MeasureDefinition>>;

const MOVED_KEYS: MeasureDefinition = {
  name: 'keys that moved',
  better: 'lower',
  value: ({ movedKeyShare }) => movedKeyShare,
  text: percent,
  isNear: isWithinHalfPoint,
};

/** Returns the measure of a scenario. The share of moved keys takes precedence over how evenly calls are spread. */
export function measureOf({ measure, runs }: ScenarioResult): MeasureDefinition {
  if (measure === 'attempts') return attemptsMeasure(runs);
  const hasMovedKeys = measure === 'spread' && runs.some(({ movedKeyShare }) => movedKeyShare !== undefined);
  return hasMovedKeys ? MOVED_KEYS : MEASURES[measure];
}

function attemptsMeasure(runs: readonly ScenarioRun[]): MeasureDefinition {
  const callee = lastCallee(runs);
  return {
    name: `attempts per request at ${callee ?? 'the last callee'}`,
    better: 'lower',
    value: ({ attemptsPerRequest }) => (callee === undefined ? undefined : attemptsPerRequest[callee]),
    text: (value) => figure(value),
    isNear: isWithin5Percent,
  };
}

/**
 * Returns the callee at the end of the call path, where retries multiply: the callee with the most attempts in any run,
 * and the last of several. It is the same for all runs, since a layer may send fewer attempts there than before it.
 */
function lastCallee(runs: readonly ScenarioRun[]): string | undefined {
  const entries = runs.flatMap(({ attemptsPerRequest }) => Object.entries(attemptsPerRequest));
  const maxAttempts = Math.max(...entries.map(([, tries]) => tries));
  return entries.findLast(([, tries]) => tries === maxAttempts)?.[0];
}
