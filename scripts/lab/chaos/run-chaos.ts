import { readMachine } from '../testbed/machine.ts';
import { AvailabilityWatch, checkOutages } from './availability.ts';
import type { ChaosReport } from './chaos-report.ts';
import type { ChaosTestbed } from './chaos-testbed.ts';
import { checkInvariants } from './check-invariants.ts';
import { createProbes } from './create-probes.ts';
import { FaultScheduler } from './fault-scheduler.ts';
import { formatCount, type InvariantResult } from './invariant-check.ts';
import { countUnappliedEvents, subtractBaseline } from './ledger-baseline.ts';
import { placeOrders } from './place-orders.ts';
import { type ChaosPlan, describeClockSkew } from './plan.ts';
import { describeFault } from './planned-faults.ts';
import { readLedger } from './read-ledger.ts';
import { buildReplayCommand } from './replay-command.ts';
import { stockShop } from './stocked-shop.ts';
import { Timeline } from './timeline.ts';
import { type SettleResult, waitUntilSettled } from './wait-until-settled.ts';

export interface ChaosOptions {
  readonly plan: ChaosPlan;
  /** Number of orders in flight. */
  readonly concurrency: number;
  /**
   * Seconds within which every order must be final after the last fault. The wait for events also ends after this time
   * without progress.
   */
  readonly settleTimeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/**
 * Runs a plan: places its orders while it injects its faults, waits until all work has settled, and checks the invariants
 * over a ledger snapshot. Nothing else may place orders in the shop meanwhile.
 * @throws Error if a fault cannot be injected, a service stays unavailable, or the signal aborts
 */
export async function runChaos(testbed: ChaosTestbed, options: ChaosOptions): Promise<ChaosReport> {
  const { plan, concurrency, settleTimeoutSeconds, signal, note } = options;
  const shop = await stockShop(testbed, plan, signal);
  note(`placing ${formatCount(plan.orders, 'orders')} for ${formatCount(plan.customers, 'customers')}`);
  if (plan.clockSkew) note(describeClockSkew(plan.clockSkew));
  const timeline = new Timeline();
  const watch = new AvailabilityWatch(plan.blackholes > 0 ? await createProbes(testbed, shop) : []);
  const scheduler = new FaultScheduler(plan.faults, async (fault) => {
    const injected = await testbed.inject(fault);
    if (fault.kind === 'blackhole') watch.startOutages(fault);
    timeline.recordFault(fault);
    note(`after ${formatCount(fault.afterOrders, 'orders')}: ${describeFault(fault)}`);
    return injected;
  });
  const beforeOrder = (order: number) => scheduler.advanceTo(order);
  const placement = placeOrders({ plan, shop, concurrency, beforeOrder, timeline, signal });
  const answers = await Promise.race([placement, watch.failure]).catch((error: unknown) => {
    watch.stop();
    throw error;
  });
  await scheduler.finish();
  const durationS = timeline.elapsedSeconds();
  note(`all orders have a response after ${durationS.toFixed(1)} s; waiting until all work has settled`);
  const outages = await watch.finish();

  const stores = await testbed.openStores();
  try {
    const { baseline } = testbed;
    const settling = await waitUntilSettled(
      stores,
      settleTimeoutSeconds,
      signal,
      countUnappliedEvents(baseline),
    );
    const ledger = subtractBaseline(baseline, await readLedger(stores, await testbed.events(stores)));
    const evidence = {
      plan,
      answers,
      productIds: shop.productIds,
      ledger,
      crashes: await testbed.crashes(),
    };
    const checks = [
      checkSettled(settling, settleTimeoutSeconds),
      ...(plan.blackholes > 0 ? [checkOutages(outages, plan.blackholes)] : []),
      ...checkInvariants(evidence),
    ];
    const { seed, orders, kills, freezes, cuts, fullDisks, blackholes, clockSkewS, broker, clockSkew } = plan;
    return {
      createdAt: new Date().toISOString(),
      command: buildReplayCommand(plan, concurrency, testbed.where),
      where: testbed.where,
      seed,
      orders,
      kills,
      freezes,
      cuts,
      fullDisks,
      blackholes,
      clockSkewS,
      broker,
      ...(clockSkew && { clockSkew }),
      concurrency,
      machine: readMachine(),
      durationS,
      requests: answers.reduce((sum, { attempts }) => sum + attempts, 0),
      settling: { ...settling, timeoutS: settleTimeoutSeconds },
      outages,
      timeline: timeline.seconds,
      faults: timeline.faults,
      checks,
      passed: checks.every(({ violations }) => violations.length === 0),
    };
  } finally {
    await stores.close();
  }
}

function checkSettled(
  { ordersFinalAfterS, eventsAppliedAfterS, pending }: SettleResult,
  limit: number,
): InvariantResult {
  return {
    invariant: `Every order was final within ${limit} s after the last fault, and every event was applied`,
    figure: `orders ${ordersFinalAfterS.toFixed(1)} s, events ${eventsAppliedAfterS.toFixed(1)} s`,
    violations: [
      ...(ordersFinalAfterS > limit ? [`orders took ${ordersFinalAfterS.toFixed(1)} s`] : []),
      ...Object.entries(pending)
        .filter(([, number]) => number > 0)
        .map(([kind, number]) => `${number} ${kind} are still pending`),
    ],
  };
}
