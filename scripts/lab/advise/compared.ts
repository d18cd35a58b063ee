import { figure, milliseconds, percent } from '../contrast/page/figures.ts';
import { successOf } from '../contrast/page/measures.ts';
import type { Run } from '../contrast/report.ts';

/** A number of a run by which layers are compared. */
export interface Compared {
  readonly name: string;
  readonly better: 'more' | 'less';
  /** Undefined where it was not measured. */
  readonly value: (run: Run) => number | undefined;
  readonly text: (value: number) => string;
  /** Whether `value` is so much worse than `best` that a layer is not recommended for it. */
  readonly isClearlyWorse: (value: number, best: number) => boolean;
  /** Whether a run can be held against another by this number. @default each against each */
  readonly isFair?: (run: Run, other: Run) => boolean;
}

/** A percentage point, as a share. */
const POINT = 0.01;
const TIMES = 1.5;
/** Below it a difference is one of floating point: what is just at a limit is not beyond it. */
const NOTHING = 1e-9;

/** More than one percentage point lower. */
export const SUCCESS: Compared = {
  name: 'success',
  better: 'more',
  value: successOf,
  text: percent,
  isClearlyWorse: (value, best) => best - value > POINT + NOTHING,
};

/** More than 1.5 times as long. */
export const P99: Compared = {
  name: 'p99',
  better: 'less',
  value: ({ latencyMs }) => finite(latencyMs.p99),
  text: milliseconds,
  isClearlyWorse: (value, best) => value > TIMES * best + NOTHING,
};

/** The same, but who fails quickly is no example for those who succeed. */
export const P99_OF_SUCCESS: Compared = {
  ...P99,
  isFair: (run, other) => (successOf(run) ?? 0) - (successOf(other) ?? 0) <= POINT + NOTHING,
};

/** More than 1.5 times fewer. */
export const GOODPUT: Compared = {
  name: 'useful answers a second',
  better: 'more',
  value: ({ goodput }) => finite(goodput),
  text: figure,
  isClearlyWorse: (value, best) => best > TIMES * value + NOTHING,
};

/** More than 1.5 times as many, and more than a percentage point. */
export const MOVED_KEYS: Compared = {
  name: 'keys that moved',
  better: 'less',
  value: ({ movedKeys }) => finite(movedKeys),
  text: percent,
  isClearlyWorse: (value, best) => value > TIMES * best + NOTHING && value - best > POINT + NOTHING,
};

function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
