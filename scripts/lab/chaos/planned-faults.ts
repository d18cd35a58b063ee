import type { FaultTarget, FaultTargets } from './fault-targets.ts';
import type { SeededRandom } from './seeded-random.ts';

export type PlannedFault = Kill | Freeze | Cut | Slow | Fill | Blackhole;

interface PlannedInjection {
  readonly target: FaultTarget;
  /** Number of orders sent before the fault is injected. */
  readonly afterOrders: number;
}

/** SIGKILL to the process. */
export interface Kill extends PlannedInjection {
  readonly kind: 'kill';
}

/** SIGSTOP to the process, and SIGCONT after `durationMs`. */
export interface Freeze extends PlannedInjection {
  readonly kind: 'freeze';
  readonly durationMs: number;
}

/** Resets all connections to the target and refuses new ones for `durationMs`. */
export interface Cut extends PlannedInjection {
  readonly kind: 'cut';
  readonly durationMs: number;
}

/** Delays all bytes to and from the target by `delayMs`, for `durationMs`. */
export interface Slow extends PlannedInjection {
  readonly kind: 'slow';
  readonly durationMs: number;
  readonly delayMs: number;
}

/** Leaves no space on the target's disk for `durationMs`. */
export interface Fill extends PlannedInjection {
  readonly kind: 'fill';
  readonly durationMs: number;
}

/** Silences the open connections to the target for good: they accept bytes and never answer. New connections work. */
export interface Blackhole extends PlannedInjection {
  readonly kind: 'blackhole';
}

export interface FaultCounts {
  readonly orders: number;
  readonly kills: number;
  readonly freezes: number;
  readonly cuts: number;
  readonly fullDisks: number;
  readonly blackholes: number;
}

/**
 * Plans faults spread evenly over the orders: each falls at a random place of its own interval. Targets of one kind of
 * fault are chosen equally often, give or take one.
 * @throws Error if a kind of fault is requested that has no target
 */
export function planFaults(
  random: SeededRandom,
  { orders, kills, freezes, cuts, fullDisks, blackholes }: FaultCounts,
  targets: FaultTargets,
): readonly PlannedFault[] {
  const requireTarget = (option: string, number: number, candidates: readonly FaultTarget[]) => {
    if (number === 0 || candidates.length > 0) return;
    throw new Error(`--${option} ${number} has no target in this testbed; use --${option} 0`);
  };
  requireTarget('kills', kills, targets.kills);
  requireTarget('freezes', freezes, targets.freezes);
  requireTarget('cuts', cuts, targets.cuts);
  requireTarget('full-disks', fullDisks, targets.fullDisks);
  requireTarget('blackholes', blackholes, targets.blackholes);
  const killFaults = takeRoundRobin(random, targets.kills, kills).map(
    (target) => ({ kind: 'kill', target }) as const,
  );
  const freezeFaults = takeRoundRobin(random, targets.freezes, freezes).map(
    (target) => ({ kind: 'freeze', target, durationMs: random.nextInteger(200, 2_500) }) as const,
  );
  const networkFaults = takeRoundRobin(random, targets.cuts, cuts).map((target, index) => {
    const durationMs = random.nextInteger(200, 2_500);
    return index % 2 === 0
      ? ({ kind: 'cut', target, durationMs } as const)
      : ({ kind: 'slow', target, durationMs, delayMs: random.nextInteger(20, 400) } as const);
  });
  const diskFaults = takeRoundRobin(random, targets.fullDisks, fullDisks).map(
    (target) => ({ kind: 'fill', target, durationMs: random.nextInteger(500, 4_000) }) as const,
  );
  const blackholeFaults = takeRoundRobin(random, targets.blackholes, blackholes).map(
    (target) => ({ kind: 'blackhole', target }) as const,
  );
  const faults = random.shuffle([
    ...killFaults,
    ...freezeFaults,
    ...networkFaults,
    ...diskFaults,
    ...blackholeFaults,
  ]);
  return faults.map((fault, index) => ({
    afterOrders: Math.floor(((index + random.next()) * orders) / faults.length),
    ...fault,
  }));
}

/** Takes `count` elements: every element once in random order, then every element again in another order. */
function takeRoundRobin<T>(random: SeededRandom, elements: readonly T[], count: number): readonly T[] {
  const rounds = Array.from({ length: Math.ceil(count / elements.length) }, () => random.shuffle(elements));
  return rounds.flat().slice(0, count);
}

/** Describes a fault: `kill order`, `freeze product for 1,200 ms`. */
export function describeFault(fault: PlannedFault): string {
  const { kind, target } = fault;
  if (kind === 'kill') return `kill ${target}`;
  if (kind === 'blackhole') return `silence the open connections to ${target}`;
  const duration = `for ${fault.durationMs.toLocaleString('en')} ms`;
  if (kind === 'slow') return `slow ${target} by ${fault.delayMs} ms ${duration}`;
  return `${kind === 'fill' ? 'fill the disk of' : kind} ${target} ${duration}`;
}
