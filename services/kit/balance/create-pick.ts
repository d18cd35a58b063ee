import type { Balance } from '../../../mesh/policy/balance.ts';
import type { EndpointPick, NonEmptyList } from './endpoint-pick.ts';
import { leastRequest } from './least-request.ts';
import { maglev } from './maglev.ts';
import { type EndpointLatency, peakEwma } from './peak-ewma.ts';
import { type EndpointId, ringHash } from './ring-hash.ts';
import { randomPick, roundRobin } from './round-robin.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

export interface EndpointVersion {
  /** Version of the callee that the endpoint runs; undefined if unknown. */
  readonly version: string | undefined;
}

/**
 * Creates the balancer that `balance` describes. Building the table of a hashing balancer is slow: create a balancer
 * when the list of endpoints changes, not per request.
 */
export function createPick<E extends EndpointId & EndpointLatency & EndpointVersion>(
  balance: Balance,
  endpoints: NonEmptyList<E>,
): EndpointPick<E> {
  switch (balance.kind) {
    case 'round-robin':
      return roundRobin(endpoints);
    case 'random':
      return randomPick(endpoints);
    case 'least-request':
      return leastRequest(endpoints, balance.choices);
    case 'peak-ewma':
      return peakEwma(endpoints);
    case 'weighted-round-robin':
      return weightedRoundRobin(endpoints, weightOf(balance.weights));
    case 'consistent-hash':
      return balance.table?.kind === 'maglev'
        ? maglev(endpoints, balance.table.tableSize)
        : ringHash(endpoints, balance.table?.minSize);
  }
}

/**
 * Returns a function that returns the weight of an endpoint. An endpoint of unknown version has the weight of the only
 * version if there is one, and 1 if there are several.
 */
function weightOf(weights: Readonly<Record<string, number>>): (endpoint: EndpointVersion) => number {
  const [only = 1, ...others] = Object.values(weights);
  const fallback = others.length === 0 ? only : 1;
  return ({ version = '' }) => weights[version] ?? fallback;
}
