import type { CallPolicy } from './call-policy.ts';
import { type Duration, milliseconds } from './duration.ts';
import { durationFindings, type Finding, numberFindings } from './problem.ts';
import { RANGES } from './ranges.ts';
import { RETRY_CONDITIONS, type Retries, type RetryBudget } from './retries.ts';

const RULE = 'policy/retries';

/** Yields a finding for each invalid field of a call's retries, including a per-try timeout above `timeout`. */
export function* retriesFindings(retries: Retries, timeout: CallPolicy['timeout']): Generator<Finding> {
  const { perTryTimeout, on, backOff, budget } = retries;
  yield* numberFindings(RULE, 'retries.max', retries.max, RANGES['retries.max']);
  yield* conditionFindings(on);
  yield* durationFindings(RULE, 'retries.perTryTimeout', perTryTimeout);
  if (perTryTimeout && isLonger(perTryTimeout, timeout)) {
    yield {
      rule: RULE,
      message: `retries.perTryTimeout is '${perTryTimeout}' and timeout '${timeout}': set perTryTimeout to at most timeout`,
    };
  }
  yield* durationFindings(RULE, 'retries.backOff.base', backOff?.base);
  yield* durationFindings(RULE, 'retries.backOff.max', backOff?.max);
  if (backOff && isLonger(backOff.base, backOff.max)) {
    yield {
      rule: RULE,
      message: `retries.backOff.base is '${backOff.base}' and max '${backOff.max}': set base to at most max`,
    };
  }
  if (backOff && isLonger(backOff.base, timeout)) {
    yield {
      rule: RULE,
      message: `retries.backOff.base is '${backOff.base}' and timeout '${timeout}': no retry could start before the deadline; use a shorter base`,
    };
  }
  yield* budgetFindings(RULE, 'retries.budget', budget);
}

/**
 * Yields a finding for each value of a retry budget that is out of range.
 * @param field path of the budget in the policy, for messages
 */
export function* budgetFindings(
  rule: string,
  field: string,
  budget: RetryBudget | undefined,
): Generator<Finding> {
  yield* numberFindings(rule, `${field}.percent`, budget?.percent, RANGES['budget.percent']);
  yield* numberFindings(
    rule,
    `${field}.minConcurrency`,
    budget?.minConcurrency,
    RANGES['budget.minConcurrency'],
  );
}

function* conditionFindings(on: Retries['on']): Generator<Finding> {
  if (on.length === 0)
    yield { rule: RULE, message: 'retries.on is empty: list a condition, or omit retries' };
  for (const [index, condition] of on.entries()) {
    if (!RETRY_CONDITIONS.includes(condition)) {
      yield {
        rule: RULE,
        message: `retries.on has '${condition}': use one of ${RETRY_CONDITIONS.join(', ')}`,
      };
    }
    if (on.indexOf(condition) !== index)
      yield { rule: RULE, message: `retries.on has '${condition}' twice: list each condition once` };
  }
}

function isLonger(duration: Duration, limit: Duration | 'none'): boolean {
  return limit !== 'none' && milliseconds(duration) > milliseconds(limit);
}
