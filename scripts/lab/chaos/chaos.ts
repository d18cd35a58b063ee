import { cpus } from 'node:os';
import { AvailabilityWatch, servicesRecovered } from './availability.ts';
import { count, type Finding } from './check.ts';
import { checkBooks } from './checks.ts';
import { clockText } from './clock-text.ts';
import { commandOf } from './command.ts';
import { since, unapplied } from './earlier.ts';
import { FaultCourse } from './fault-course.ts';
import { placeOrders } from './place-orders.ts';
import type { Plan } from './plan.ts';
import { faultText } from './planned-faults.ts';
import { probesOf } from './probes.ts';
import { readBooks } from './read-books.ts';
import type { Report } from './report.ts';
import { type Settled, settleDown } from './settle-down.ts';
import type { Stage } from './stage.ts';
import { stockShop } from './stocked-shop.ts';
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

/** Carries a plan out on a shop that nobody else uses, and checks the books. */
export async function chaos(stage: Stage, options: ChaosOptions): Promise<Report> {
  const { plan, concurrency, patience, signal, note } = options;
  const shop = await stockShop(stage, plan, signal);
  note(`${count(plan.orders, 'orders')} for ${count(plan.customers, 'customers')}`);
  if (plan.movedClock) note(clockText(plan.movedClock));
  const timeline = new Timeline();
  const watch = new AvailabilityWatch(plan.blackholes > 0 ? probesOf(stage, shop) : []);
  const course = new FaultCourse(plan.faults, async (fault) => {
    const begun = await stage.inflict(fault, signal);
    if (fault.kind === 'blackhole') watch.began(fault);
    timeline.did(fault);
    note(`after ${count(fault.after, 'orders')}: ${faultText(fault)}`);
    return begun;
  });
  const before = (order: number) => course.before(order);
  const placed = placeOrders({ plan, shop, concurrency, before, timeline, signal });
  const answers = await Promise.race([placed, watch.failure]).catch((error: unknown) => {
    watch.stop();
    throw error;
  });
  await course.over();
  const seconds = timeline.seconds();
  note(`all answered after ${seconds.toFixed(1)} s; waiting for rest`);
  const outages = await watch.end();

  const stores = await stage.openStores();
  try {
    const settled = await settleDown(stores, patience, signal, unapplied(stage.earlier));
    const books = since(stage.earlier, await readBooks(stores, await stage.events(stores)));
    const evidence = { plan, answers, productIds: shop.productIds, books, crashes: await stage.crashes() };
    const findings = [
      cameToRest(settled, patience),
      ...(plan.blackholes > 0 ? [servicesRecovered(outages, plan.blackholes)] : []),
      ...checkBooks(evidence),
    ];
    const { seed, orders, kills, freezes, cuts, fullDisks, blackholes, clock, broker, movedClock } = plan;
    return {
      made: new Date().toISOString(),
      command: commandOf(plan, concurrency, stage.where),
      where: stage.where,
      seed,
      orders,
      kills,
      freezes,
      cuts,
      fullDisks,
      blackholes,
      clock,
      broker,
      ...(movedClock && { movedClock }),
      concurrency,
      machine: { cpu: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version },
      seconds,
      requests: answers.reduce((sum, { tries }) => sum + tries, 0),
      settled: { ...settled, limit: patience },
      outages,
      timeline: timeline.all,
      faults: timeline.marks,
      findings,
      passed: findings.every(({ wrong }) => wrong.length === 0),
    };
  } finally {
    await stores.close();
  }
}

function cameToRest({ ordersAfter, allAfter, left }: Settled, patience: number): Finding {
  return {
    holds: `Every order came to its end within ${patience} s after the last fault, and every event thereafter`,
    figure: `orders ${ordersAfter.toFixed(1)} s, events ${allAfter.toFixed(1)} s`,
    wrong: [
      ...(ordersAfter > patience ? [`orders took ${ordersAfter.toFixed(1)} s`] : []),
      ...Object.entries(left)
        .filter(([, number]) => number > 0)
        .map(([what, number]) => `${number} ${what} are still on their way`),
    ],
  };
}
