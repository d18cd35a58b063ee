import type { CallPolicy } from '../../policy/call-policy.ts';

/** Returns the maximum number of times that the enforcing layer sends one request; 1 without retries and hedging. */
export function maxAttempts({ retries, hedging }: CallPolicy): number {
  return Math.max(1 + (retries?.max ?? 0), hedging?.maxAttempts ?? 1);
}

/** Attempts that reach the last service of a route for one request at its start, if every hop fails. */
export interface Amplification {
  /** Names of the services, from the first caller to the last callee. */
  readonly route: readonly string[];
  readonly attempts: number;
}

/** Maximum attempts of each hop, by caller and callee. */
export type HopAttempts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Returns the route through one hop with the highest amplification. Attempts of successive hops multiply. */
export function worstRoute(hops: HopAttempts, caller: string, callee: string): Amplification {
  const attempts = hops.get(caller)?.get(callee) ?? 1;
  const before = worstFrom(reverse(hops), caller, new Map([[callee, EXCLUDED]]));
  const after = worstFrom(hops, callee, new Map(before.route.map((name) => [name, EXCLUDED])));
  return {
    route: [...before.route.toReversed(), ...after.route],
    attempts: before.attempts * attempts * after.attempts,
  };
}

/** Marks a service that is already part of the route. Cycles are not counted. */
const EXCLUDED: Amplification = { route: [], attempts: 0 };

/** Returns the route with the highest amplification that begins at `start`. */
function worstFrom(hops: HopAttempts, start: string, cache: Map<string, Amplification>): Amplification {
  const cached = cache.get(start);
  if (cached) return cached;
  cache.set(start, EXCLUDED);
  let worst: Amplification = { route: [start], attempts: 1 };
  for (const [next, attempts] of hops.get(start) ?? []) {
    const worstRest = worstFrom(hops, next, cache);
    if (worstRest.attempts * attempts > worst.attempts)
      worst = { route: [start, ...worstRest.route], attempts: worstRest.attempts * attempts };
  }
  cache.set(start, worst);
  return worst;
}

function reverse(hops: HopAttempts): HopAttempts {
  const reversed = new Map<string, Map<string, number>>();
  for (const [caller, callees] of hops) {
    for (const [callee, attempts] of callees) {
      const callers = reversed.get(callee) ?? new Map<string, number>();
      reversed.set(callee, callers.set(caller, attempts));
    }
  }
  return reversed;
}

/** Formats an amplification such as `27 attempts of one request along web -> front -> back`. */
export function describeAmplification({ route, attempts }: Amplification): string {
  return `${attempts} attempts of one request along ${route.join(' -> ')}`;
}
