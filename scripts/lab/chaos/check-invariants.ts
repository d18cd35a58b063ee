import type { Evidence, InvariantCheck, InvariantResult } from './invariant-check.ts';
import { answersMatchLedger, everyAnswerIsFinal, refusalsLeaveNoOrder } from './invariants/answers.ts';
import { noProcessCrashed } from './invariants/crashes.ts';
import { everyEventIsAppliedOnce, everyOrderIsPublished, noEventIsStuck } from './invariants/events.ts';
import { chargesMatchOrders, paymentsMatchProvider } from './invariants/money.ts';
import { everyOrderIsTerminal, noOrderIsLost, oneOrderForEachKey } from './invariants/orders.ts';
import { reservationsMatchOrders, stockIsConserved } from './invariants/stock.ts';

const INVARIANTS: readonly InvariantCheck[] = [
  everyAnswerIsFinal,
  noOrderIsLost,
  oneOrderForEachKey,
  answersMatchLedger,
  refusalsLeaveNoOrder,
  everyOrderIsTerminal,
  chargesMatchOrders,
  paymentsMatchProvider,
  stockIsConserved,
  reservationsMatchOrders,
  everyOrderIsPublished,
  everyEventIsAppliedOnce,
  noEventIsStuck,
  noProcessCrashed,
];

/** Checks every invariant of a run. */
export function checkInvariants(evidence: Evidence): readonly InvariantResult[] {
  return INVARIANTS.map((check) => check(evidence));
}
