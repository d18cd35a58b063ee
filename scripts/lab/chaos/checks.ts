import type { Check, Evidence, Finding } from './check.ts';
import { answersAreTrue, everyAnswerIsFinal, refusedHasNoOrder } from './checks/answers.ts';
import { nobodyCrashed } from './checks/crashes.ts';
import { appliedOnce, eachOrderIsTold, nothingIsStuck } from './checks/events.ts';
import { moneyIsRight, paymentsAgree } from './checks/money.ts';
import { everyOrderIsOver, noOrderIsLost, oneOrderForEachKey } from './checks/orders.ts';
import { reservationsAgree, stockAddsUp } from './checks/stock.ts';

const CHECKS: readonly Check[] = [
  everyAnswerIsFinal,
  noOrderIsLost,
  oneOrderForEachKey,
  answersAreTrue,
  refusedHasNoOrder,
  everyOrderIsOver,
  moneyIsRight,
  paymentsAgree,
  stockAddsUp,
  reservationsAgree,
  eachOrderIsTold,
  appliedOnce,
  nothingIsStuck,
  nobodyCrashed,
];

/** Checks the books of a run. */
export function checkBooks(evidence: Evidence): readonly Finding[] {
  return CHECKS.map((check) => check(evidence));
}
