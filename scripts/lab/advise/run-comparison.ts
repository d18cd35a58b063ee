import { figure, milliseconds, percent } from '../../operate/report/figures.ts';
import { successOf } from '../contrast/page/measures.ts';
import type { ScenarioRun } from '../contrast/report.ts';

/** A measure of runs by which layers are compared. */
export interface RunComparison {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /** Returns undefined when a run has no such value. */
  readonly value: (run: ScenarioRun) => number | undefined;
  readonly text: (value: number) => string;
  /** Whether `value` is so much worse than `best` that it speaks against a layer. */
  readonly isClearlyWorse: (value: number, best: number) => boolean;
  /** Whether this measure can compare two runs. @default all runs */
  readonly isFair?: (run: ScenarioRun, other: ScenarioRun) => boolean;
}

/** One percentage point, as a share. */
const MAX_SHARE_DIFFERENCE = 0.01;
const MAX_RATIO = 1.5;
/** Tolerance for floating-point errors at a limit. */
const EPSILON = 1e-9;

/** Clearly worse: more than one percentage point lower. */
export const SUCCESS: RunComparison = {
  name: 'success',
  better: 'higher',
  value: successOf,
  text: percent,
  isClearlyWorse: (value, best) => best - value > MAX_SHARE_DIFFERENCE + EPSILON,
};

/** Clearly worse: more than 1.5 times as long. */
export const P99: RunComparison = {
  name: 'p99',
  better: 'lower',
  value: ({ latencyMs }) => finite(latencyMs.p99),
  text: milliseconds,
  isClearlyWorse: (value, best) => value > MAX_RATIO * best + EPSILON,
};

/** Like P99, but ignores runs with a clearly lower success rate, since failing fast is not an advantage. */
export const P99_OF_SUCCESS: RunComparison = {
  ...P99,
  isFair: (run, other) => (successOf(run) ?? 0) - (successOf(other) ?? 0) <= MAX_SHARE_DIFFERENCE + EPSILON,
};

/** Clearly worse: lower by a factor of more than 1.5. */
export const GOODPUT: RunComparison = {
  name: 'useful responses per second',
  better: 'higher',
  value: ({ goodputPerSecond }) => finite(goodputPerSecond),
  text: figure,
  isClearlyWorse: (value, best) => best > MAX_RATIO * value + EPSILON,
};

/** Clearly worse: more than 1.5 times as many, and more than one percentage point. */
export const MOVED_KEYS: RunComparison = {
  name: 'keys that moved',
  better: 'lower',
  value: ({ movedKeyShare }) => finite(movedKeyShare),
  text: percent,
  isClearlyWorse: (value, best) =>
    value > MAX_RATIO * best + EPSILON && value - best > MAX_SHARE_DIFFERENCE + EPSILON,
};

function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
