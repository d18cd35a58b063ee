import type { Broker } from '../../../mesh/policy/broker.ts';
import type { Random } from './random.ts';
import type { Targets } from './stage.ts';

/** Services by their names in the graph. */
export const SERVICES = ['gateway', 'user', 'product', 'order', 'payment', 'notification'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Whom a fault may be done to. */
export type Target = ServiceName | Broker;

export type Fault = Kill | Freeze | Cut | Slow | Fill | Blackhole;

interface Planned {
  /** It comes when so many orders have been sent. */
  readonly after: number;
}

/** SIGKILL to the process. */
export interface Kill extends Planned {
  readonly kind: 'kill';
  readonly target: Target;
}

/** SIGSTOP to the process, and SIGCONT later. */
export interface Freeze extends Planned {
  readonly kind: 'freeze';
  readonly target: Target;
  readonly milliseconds: number;
}

/** All connections to the target break, and no new one is let through, for a while. */
export interface Cut extends Planned {
  readonly kind: 'cut';
  readonly target: Target;
  readonly milliseconds: number;
}

/** What is sent to the target, and what it answers, arrives late for a while. */
export interface Slow extends Planned {
  readonly kind: 'slow';
  readonly target: Target;
  readonly milliseconds: number;
  readonly lateMs: number;
}

/** The disk of the target has no room left, for a while. */
export interface Fill extends Planned {
  readonly kind: 'fill';
  readonly target: Target;
  readonly milliseconds: number;
}

/**
 * The connections to the target that are open now are silent for good: they accept bytes and never answer. New
 * connections work.
 */
export interface Blackhole extends Planned {
  readonly kind: 'blackhole';
  readonly target: Target;
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
 * Faults at even distances, each somewhere within its own; every target comes as often as any other, by one.
 * @throws Error when it is asked for faults that can be done to nobody
 */
export function plannedFaults(
  random: Random,
  { orders, kills, freezes, cuts, fullDisks, blackholes }: FaultCounts,
  targets: Targets,
): readonly Fault[] {
  const refuse = (option: string, number: number, whom: readonly Target[]) => {
    if (number === 0 || whom.length > 0) return;
    throw new Error(`there is nobody here for --${option} ${number}: use --${option} 0`);
  };
  refuse('kills', kills, targets.kills);
  refuse('freezes', freezes, targets.freezes);
  refuse('cuts', cuts, targets.cuts);
  refuse('full-disks', fullDisks, targets.fullDisks);
  refuse('blackholes', blackholes, targets.blackholes);
  const killed = inTurn(random, targets.kills, kills).map((target) => ({ kind: 'kill', target }) as const);
  const frozen = inTurn(random, targets.freezes, freezes).map(
    (target) => ({ kind: 'freeze', target, milliseconds: random.whole(200, 2_500) }) as const,
  );
  const cut = inTurn(random, targets.cuts, cuts).map((target, index) => {
    const milliseconds = random.whole(200, 2_500);
    return index % 2 === 0
      ? ({ kind: 'cut', target, milliseconds } as const)
      : ({ kind: 'slow', target, milliseconds, lateMs: random.whole(20, 400) } as const);
  });
  const filled = inTurn(random, targets.fullDisks, fullDisks).map(
    (target) => ({ kind: 'fill', target, milliseconds: random.whole(500, 4_000) }) as const,
  );
  const silenced = inTurn(random, targets.blackholes, blackholes).map(
    (target) => ({ kind: 'blackhole', target }) as const,
  );
  const mixed = random.shuffled([...killed, ...frozen, ...cut, ...filled, ...silenced]);
  return mixed.map((fault, index) => ({
    after: Math.floor(((index + random.next()) * orders) / mixed.length),
    ...fault,
  }));
}

/** `count` of `things`: all of them in some order, then all of them in another. */
function inTurn<T>(random: Random, things: readonly T[], count: number): readonly T[] {
  const rounds = Array.from({ length: Math.ceil(count / things.length) }, () => random.shuffled(things));
  return rounds.flat().slice(0, count);
}

/** A fault in words: `kill order`, `freeze product for 1,200 ms`. */
export function faultText(fault: Fault): string {
  const { kind, target } = fault;
  if (kind === 'kill') return `kill ${target}`;
  if (kind === 'blackhole') return `silence the open connections to ${target}`;
  const length = `for ${fault.milliseconds.toLocaleString('en')} ms`;
  if (kind === 'slow') return `slow ${target} by ${fault.lateMs} ms ${length}`;
  return `${kind === 'fill' ? 'fill the disk of' : kind} ${target} ${length}`;
}
