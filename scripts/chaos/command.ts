import type { PlanOptions } from './plan.ts';
import type { Stage } from './stage.ts';

/** The command that makes a plan again. */
export function commandOf(options: PlanOptions, concurrency: number, where: Stage['where']): string {
  const { seed, orders, kills, freezes, cuts, clock, broker } = options;
  const load = `--seed ${seed} --orders ${orders} --kills ${kills} --concurrency ${concurrency}`;
  if (where === 'in a cluster') return `npm run chaos -- --cluster ${load}`;
  return `npm run chaos -- ${load} --freezes ${freezes} --cuts ${cuts} --clock ${clock} --broker ${broker}`;
}
