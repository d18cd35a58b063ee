import { cpus } from 'node:os';
import type { LocalRun } from '../local/local-run.ts';
import { count, type Finding } from './check.ts';
import { checkBooks } from './checks.ts';
import { clockText } from './clock-text.ts';
import { commandOf } from './command.ts';
import { FaultCourse } from './fault-course.ts';
import { inflict } from './inflict.ts';
import type { Network } from './network.ts';
import { placeOrders } from './place-orders.ts';
import type { Plan } from './plan.ts';
import { faultText } from './planned-faults.ts';
import { readBooks } from './read-books.ts';
import type { Report } from './report.ts';
import { settleDown, type Unsettled } from './settle-down.ts';
import { stockShop } from './stocked-shop.ts';
import { openStores } from './stores.ts';
import { Timeline } from './timeline.ts';

export interface ChaosOptions {
  readonly plan: Plan;
  /** Orders under way at once. */
  readonly concurrency: number;
  /** Seconds that all may take to come to rest after the last fault. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** Carries a plan out on a run that was just started, and checks the books. */
export async function chaos(run: LocalRun, network: Network, options: ChaosOptions): Promise<Report> {
  const { plan, concurrency, patience, signal, note } = options;
  const shop = await stockShop(run, plan, signal);
  note(`${count(plan.orders, 'orders')} for ${count(plan.customers, 'customers')}`);
  if (plan.movedClock) note(clockText(plan.movedClock));
  const timeline = new Timeline();
  const course = new FaultCourse(plan.faults, async (fault) => {
    const begun = await inflict(run, network, fault, signal);
    timeline.did(fault);
    note(`after ${count(fault.after, 'orders')}: ${faultText(fault)}`);
    return begun;
  });
  const before = (order: number) => course.before(order);
  const answers = await placeOrders({ plan, shop, concurrency, before, timeline, signal });
  await course.over();
  const seconds = timeline.seconds();
  note(`all answered after ${seconds.toFixed(1)} s; waiting for rest`);

  const stores = await openStores(run);
  try {
    const left = await settleDown(stores, patience * 1_000, signal);
    const rest = timeline.seconds() - seconds;
    const books = await readBooks(stores);
    const evidence = { plan, answers, productIds: shop.productIds, books };
    const findings = [cameToRest(rest, patience, left), ...checkBooks(evidence)];
    const { seed, orders, kills, freezes, cuts, clock, movedClock } = plan;
    return {
      made: new Date().toISOString(),
      command: commandOf(plan, concurrency),
      seed,
      orders,
      kills,
      freezes,
      cuts,
      clock,
      ...(movedClock && { movedClock }),
      concurrency,
      machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version },
      seconds,
      requests: answers.reduce((sum, { tries }) => sum + tries, 0),
      settled: { seconds: rest, limit: patience, left },
      timeline: timeline.all,
      faults: timeline.marks,
      findings,
      passed: findings.every(({ wrong }) => wrong.length === 0),
    };
  } finally {
    await stores.close();
  }
}

function cameToRest(seconds: number, patience: number, left: Unsettled): Finding {
  return {
    holds: `All came to rest within ${patience} s after the last fault`,
    figure: `${seconds.toFixed(1)} s`,
    wrong: [
      ...(seconds > patience ? [`it took ${seconds.toFixed(1)} s`] : []),
      ...Object.entries(left)
        .filter(([, number]) => number > 0)
        .map(([what, number]) => `${number} ${what} are still on their way`),
    ],
  };
}
