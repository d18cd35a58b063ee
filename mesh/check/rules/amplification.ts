import type { CallPolicy } from '../../policy/call-policy.ts';

/** How often one request is sent at most, by whoever enforces the policy; 1 without retries and hedging. */
export function maxAttempts({ retries, hedging }: CallPolicy): number {
  return Math.max(1 + (retries?.max ?? 0), hedging?.maxAttempts ?? 1);
}

/** A way of requests, and how often the first is sent at the end of it when every hop fails. */
export interface Amplification {
  /** Names of the services, from the first caller to the last callee. */
  readonly route: readonly string[];
  readonly attempts: number;
}

/** How often a caller's request to a callee is sent at most: `tries(caller)` says it for each callee. */
export type HopAttempts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The worst way through one hop: tries multiply, since each try at one hop has all tries of the next. */
export function worstRoute(hops: HopAttempts, caller: string, callee: string): Amplification {
  const tries = hops.get(caller)?.get(callee) ?? 1;
  const before = worst(reverse(hops), caller, new Map([[callee, NOWHERE]]));
  const after = worst(hops, callee, new Map(before.route.map((name) => [name, NOWHERE])));
  return {
    route: [...before.route.toReversed(), ...after.route],
    attempts: before.attempts * tries * after.attempts,
  };
}

/** Stands for a service that is already on the way: a request that comes round again is not counted. */
const NOWHERE: Amplification = { route: [], attempts: 0 };

/** The worst way from `start` on, which is the first of its route. */
function worst(hops: HopAttempts, start: string, known: Map<string, Amplification>): Amplification {
  const found = known.get(start);
  if (found) return found;
  known.set(start, NOWHERE);
  let most: Amplification = { route: [start], attempts: 1 };
  for (const [next, tries] of hops.get(start) ?? []) {
    const rest = worst(hops, next, known);
    if (rest.attempts * tries > most.attempts)
      most = { route: [start, ...rest.route], attempts: rest.attempts * tries };
  }
  known.set(start, most);
  return most;
}

function reverse(hops: HopAttempts): HopAttempts {
  const reversed = new Map<string, Map<string, number>>();
  for (const [caller, callees] of hops) {
    for (const [callee, tries] of callees) {
      const callers = reversed.get(callee) ?? new Map<string, number>();
      reversed.set(callee, callers.set(caller, tries));
    }
  }
  return reversed;
}

/** `27 tries of one request along gateway -> order -> product`. */
export function describeAmplification({ route, attempts: tries }: Amplification): string {
  return `${tries} tries of one request along ${route.join(' -> ')}`;
}
