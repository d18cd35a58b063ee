import type { ChaosTestbed } from './chaos-testbed.ts';
import type { PlanOptions } from './plan.ts';

/** Builds the command that repeats a run. In a cluster the broker is an option of kind:up and not part of it. */
export function buildReplayCommand(
  options: PlanOptions,
  concurrency: number,
  where: ChaosTestbed['where'],
): string {
  const { seed, orders, kills, freezes, cuts, fullDisks, blackholes, clockSkewS, broker } = options;
  const localOptions = `--freezes ${freezes} --cuts ${cuts} --blackholes ${blackholes} --full-disks ${fullDisks} --clock ${clockSkewS} --broker ${broker}`;
  const words = [
    ...(where === 'kind' ? ['--cluster'] : []),
    `--seed ${seed} --orders ${orders} --kills ${kills}`,
    ...(where === 'kind' ? [] : [localOptions]),
    `--concurrency ${concurrency}`,
  ];
  return `npm run chaos -- ${words.join(' ')}`;
}
