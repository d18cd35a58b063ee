import type { Broker } from '../../../mesh/policy/broker.ts';
import { type Fault, plannedFaults, type Target } from './planned-faults.ts';
import { type PlannedOrder, type PlannedProduct, plannedOrders, plannedProducts } from './planned-orders.ts';
import { Random } from './random.ts';
import type { Targets } from './stage.ts';

export interface PlanOptions {
  readonly seed: number;
  readonly orders: number;
  /** Processes that are killed. */
  readonly kills: number;
  /** Processes that are stopped for a while. */
  readonly freezes: number;
  /** Networks that are cut or slowed for a while. */
  readonly cuts: number;
  /** Disks that are full for a while. */
  readonly fullDisks: number;
  /** Links whose open connections fall silent for good. */
  readonly blackholes: number;
  /** Seconds by which the clock of one service is ahead; 0 for none. */
  readonly clock: number;
  /** What carries topics. */
  readonly broker: Broker;
}

/** A service whose clock is wrong for the whole run. */
export interface MovedClock {
  readonly target: Target;
  readonly aheadSeconds: number;
}

/** All that a run does, decided beforehand: the same options give the same plan. */
export interface Plan extends PlanOptions {
  readonly customers: number;
  readonly products: readonly PlannedProduct[];
  /** In the order in which they are sent. */
  readonly placing: readonly PlannedOrder[];
  /** In the order in which they come. */
  readonly faults: readonly Fault[];
  readonly movedClock?: MovedClock;
}

const CUSTOMERS = 8;

/**
 * Decides a run. What the orders are does not depend on the faults, so that a run without any is the same load.
 * @throws Error when more than nothing is asked for of what can be done to nobody
 */
export function planOf(options: PlanOptions, targets: Targets): Plan {
  const { seed, orders, clock } = options;
  const placing = plannedOrders(new Random(seed, 0), orders, CUSTOMERS);
  return {
    ...options,
    customers: CUSTOMERS,
    products: plannedProducts(new Random(seed, 1), placing),
    placing,
    faults: plannedFaults(new Random(seed, 2), options, targets),
    ...(clock > 0 && { movedClock: movedClock(new Random(seed, 3), targets.clocks, clock) }),
  };
}

function movedClock(random: Random, targets: readonly Target[], aheadSeconds: number): MovedClock {
  const [target] = random.shuffled(targets);
  if (!target) throw new Error('no clock can be moved here: use --clock 0');
  return { target, aheadSeconds };
}
