import type { PlanOptions } from './plan.ts';
import type { Stage } from './stage.ts';

/** The command that makes a plan again. In a cluster it needs the same broker, which kind:up chooses. */
export function commandOf(options: PlanOptions, concurrency: number, where: Stage['where']): string {
  const { seed, orders, kills, freezes, cuts, fullDisks, blackholes, clock, broker } = options;
  const others = `--freezes ${freezes} --cuts ${cuts} --blackholes ${blackholes} --full-disks ${fullDisks} --clock ${clock} --broker ${broker}`;
  const words = [
    ...(where === 'in a cluster' ? ['--cluster'] : []),
    `--seed ${seed} --orders ${orders} --kills ${kills}`,
    ...(where === 'in a cluster' ? [] : [others]),
    `--concurrency ${concurrency}`,
  ];
  return `npm run chaos -- ${words.join(' ')}`;
}
