import type { MovedClock } from './plan.ts';

/** A wrong clock in words. */
export function clockText({ target, aheadSeconds }: MovedClock): string {
  return `the clock of ${target} is ${aheadSeconds} s ahead`;
}
