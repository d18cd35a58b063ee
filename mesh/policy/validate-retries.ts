import type { CallPolicy } from './call-policy.ts';
import { type Duration, milliseconds } from './duration.ts';
import { durationFindings, type Finding, numberFindings } from './finding.ts';
import { RETRY_CONDITIONS, type Retries, type RetryBudget } from './retries.ts';

/** Everything that is wrong with retries within a call's timeout. */
export function* retriesFindings(retries: Retries, timeout: CallPolicy['timeout']): Generator<Finding> {
  const rule = 'policy/retries';
  const { max: maxRetries, perTryTimeout, on, backOff, budget } = retries;
  yield* numberFindings(rule, 'retries.max', maxRetries, { min: 1, max: 10, isInteger: true });
  yield* conditionFindings(on);
  yield* durationFindings(rule, 'retries.perTryTimeout', perTryTimeout);
  if (perTryTimeout && isLonger(perTryTimeout, timeout)) {
    yield {
      rule,
      message: `retries.perTryTimeout is '${perTryTimeout}' and timeout '${timeout}': give each try less than the whole`,
    };
  }
  yield* durationFindings(rule, 'retries.backOff.base', backOff?.base);
  yield* durationFindings(rule, 'retries.backOff.max', backOff?.max);
  if (backOff && isLonger(backOff.base, backOff.max)) {
    yield {
      rule,
      message: `retries.backOff.base is '${backOff.base}' and max '${backOff.max}': give a base of at most the max`,
    };
  }
  if (backOff && isLonger(backOff.base, timeout)) {
    yield {
      rule,
      message: `retries.backOff.base is '${backOff.base}' and timeout '${timeout}': no retry would be in time; give a shorter base`,
    };
  }
  yield* budgetFindings(rule, 'retries.budget', budget);
}

/** @param field where the budget is in the policy */
export function* budgetFindings(
  rule: string,
  field: string,
  budget: RetryBudget | undefined,
): Generator<Finding> {
  yield* numberFindings(rule, `${field}.percent`, budget?.percent, { min: 0, max: 100 });
  yield* numberFindings(rule, `${field}.minConcurrency`, budget?.minConcurrency, {
    min: 0,
    max: 2 ** 31 - 1,
    isInteger: true,
  });
}

function* conditionFindings(on: Retries['on']): Generator<Finding> {
  const rule = 'policy/retries';
  if (on.length === 0) yield { rule, message: 'retries.on is empty: name a condition, or leave retries out' };
  for (const [index, condition] of on.entries()) {
    if (!RETRY_CONDITIONS.includes(condition)) {
      yield { rule, message: `retries.on has '${condition}': give one of ${RETRY_CONDITIONS.join(', ')}` };
    }
    if (on.indexOf(condition) !== index)
      yield { rule, message: `retries.on has '${condition}' twice: name it once` };
  }
}

function isLonger(some: Duration, other: Duration | 'none'): boolean {
  return other !== 'none' && milliseconds(some) > milliseconds(other);
}
