import type { Broker } from '../../../mesh/policy/broker.ts';
import type { FaultTarget, FaultTargets } from './fault-targets.ts';
import { type PlannedFault, planFaults } from './planned-faults.ts';
import { type PlannedOrder, type PlannedProduct, planOrders, planProducts } from './planned-orders.ts';
import { SeededRandom } from './seeded-random.ts';

export interface PlanOptions {
  readonly seed: number;
  readonly orders: number;
  /** Number of processes to kill. */
  readonly kills: number;
  /** Number of processes to stop for a while. */
  readonly freezes: number;
  /** Number of networks to cut or slow for a while. */
  readonly cuts: number;
  /** Number of times to fill a disk for a while. */
  readonly fullDisks: number;
  /** Number of times to silence the open connections to a target for good. */
  readonly blackholes: number;
  /** Seconds by which the clock of one service is ahead; 0 moves none. */
  readonly clockSkewS: number;
  readonly broker: Broker;
}

/** A service whose clock is ahead for the whole run. */
export interface ClockSkew {
  readonly target: FaultTarget;
  readonly aheadS: number;
}

/** Everything that a run does, decided in advance: the same options give the same plan. */
export interface ChaosPlan extends PlanOptions {
  readonly customers: number;
  readonly products: readonly PlannedProduct[];
  /** In sending order. */
  readonly plannedOrders: readonly PlannedOrder[];
  /** In injection order. */
  readonly faults: readonly PlannedFault[];
  readonly clockSkew?: ClockSkew;
}

const CUSTOMERS = 8;

/**
 * Creates the plan of a run. The orders do not depend on the faults, so a run without faults has the same load.
 * @throws Error if a kind of fault is requested that has no target
 */
export function createPlan(options: PlanOptions, targets: FaultTargets): ChaosPlan {
  const { seed, orders, clockSkewS } = options;
  const plannedOrders = planOrders(new SeededRandom(seed, 0), orders, CUSTOMERS);
  return {
    ...options,
    customers: CUSTOMERS,
    products: planProducts(new SeededRandom(seed, 1), plannedOrders),
    plannedOrders,
    faults: planFaults(new SeededRandom(seed, 2), options, targets),
    ...(clockSkewS > 0 && {
      clockSkew: planClockSkew(new SeededRandom(seed, 3), targets.clocks, clockSkewS),
    }),
  };
}

function planClockSkew(random: SeededRandom, targets: readonly FaultTarget[], aheadS: number): ClockSkew {
  const [target] = random.shuffle(targets);
  if (!target) throw new Error(`--clock ${aheadS} has no target in this testbed; use --clock 0`);
  return { target, aheadS };
}

/** Describes a clock skew: `the clock of order is 180 s ahead`. */
export function describeClockSkew({ target, aheadS }: ClockSkew): string {
  return `the clock of ${target} is ${aheadS} s ahead`;
}
