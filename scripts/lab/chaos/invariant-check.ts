import type { LedgerSnapshot } from './ledger-snapshot.ts';
import type { OrderAnswer } from './order-answer.ts';
import type { ChaosPlan } from './plan.ts';

/** Input of the invariant checks: the plan, the answers to customers, and the contents of the stores. */
export interface Evidence {
  readonly plan: ChaosPlan;
  /** In the order of the plan's orders. */
  readonly answers: readonly OrderAnswer[];
  /** Ids of the plan's products, in the order of the plan. */
  readonly productIds: readonly string[];
  readonly ledger: LedgerSnapshot;
  /** Log lines of processes that ended by an uncaught error. */
  readonly crashes: readonly string[];
}

/** Result of checking one invariant. */
export interface InvariantResult {
  /** The invariant, as a sentence without a period. */
  readonly invariant: string;
  /** Counts that the check is based on, as text. */
  readonly figure: string;
  /** Violations, one line each; empty if the invariant holds. */
  readonly violations: readonly string[];
}

export type InvariantCheck = (evidence: Evidence) => InvariantResult;

export function formatCount(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}`;
}
