import { type Finding, numberFindings } from './finding.ts';

/** What a service lets in of what its callers send. The rest is refused at once; each process decides by itself. */
export interface Admission {
  /** How much each caller may ask, by its name; `*` is for each of the others. @default any number */
  readonly rates?: Readonly<Record<string, Rate>>;
  /** How many requests are worked on at a time. @default any number */
  readonly concurrency?: Concurrency;
}

/** A token bucket. */
export interface Rate {
  /** Requests in a second, on average. */
  readonly perSecond: number;
  /** Requests at once, after a quiet time. */
  readonly burst: number;
}

/** A limit that a process finds by itself, from how long its requests take. */
export interface Concurrency {
  /** At least so many. */
  readonly minLimit: number;
  /** At most so many. */
  readonly maxLimit: number;
  /** Callers that are refused before the others are. @default none */
  readonly lowPriority?: readonly string[];
}

/** Everything that is wrong with the values of an admission. */
export function* admissionFindings({ rates = {}, concurrency }: Admission): Generator<Finding> {
  const rule = 'service/admission';
  const whole = { min: 1, max: 2 ** 31 - 1, isInteger: true };
  for (const [caller, { perSecond, burst }] of Object.entries(rates)) {
    yield* numberFindings(rule, `admission.rates.${caller}.perSecond`, perSecond, {
      min: 0.001,
      max: 1e6,
    });
    yield* numberFindings(rule, `admission.rates.${caller}.burst`, burst, whole);
  }
  if (!concurrency) return;
  const { minLimit, maxLimit } = concurrency;
  yield* numberFindings(rule, 'admission.concurrency.least', minLimit, whole);
  yield* numberFindings(rule, 'admission.concurrency.most', maxLimit, whole);
  if (minLimit > maxLimit) {
    const message = `admission.concurrency.least is ${minLimit} and most ${maxLimit}: give a least of at most the most`;
    yield { rule, message };
  }
}
