import type { PlanOptions } from './plan.ts';

/** The command that makes a plan again. */
export function commandOf({ seed, orders, kills, freezes, cuts }: PlanOptions, concurrency: number): string {
  return `npm run chaos -- --seed ${seed} --orders ${orders} --kills ${kills} --freezes ${freezes} --cuts ${cuts} --concurrency ${concurrency}`;
}
