import type { PlanOptions } from './plan.ts';

/** The command that makes a plan again. */
export function commandOf(options: PlanOptions, concurrency: number): string {
  const { seed, orders, kills, freezes, cuts, fullDisks, clock, broker } = options;
  return `npm run chaos -- --seed ${seed} --orders ${orders} --kills ${kills} --freezes ${freezes} --cuts ${cuts} --full-disks ${fullDisks} --clock ${clock} --broker ${broker} --concurrency ${concurrency}`;
}
