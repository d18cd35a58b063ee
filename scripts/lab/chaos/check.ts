import type { Answer } from './answer.ts';
import type { Books } from './books.ts';
import type { Plan } from './plan.ts';

/** What a check is given: what was to be done, what customers were told, and what the stores hold. */
export interface Evidence {
  readonly plan: Plan;
  /** In the order of the plan's orders. */
  readonly answers: readonly Answer[];
  /** Identifiers of the plan's products, in their order. */
  readonly productIds: readonly string[];
  readonly books: Books;
  /** What processes said last that an error ended which they did not catch. */
  readonly crashes: readonly string[];
}

/** What was found of one thing that must hold. */
export interface Finding {
  /** What must hold, as a sentence without its full stop. */
  readonly holds: string;
  /** What was counted, in words. */
  readonly figure: string;
  /** What contradicts it, one line each; none when it holds. */
  readonly wrong: readonly string[];
}

export type Check = (evidence: Evidence) => Finding;

export function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}`;
}
