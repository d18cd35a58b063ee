import type { Balance } from '../../../mesh/policy/balance.ts';
import { leastRequest } from './least-request.ts';
import { maglev } from './maglev.ts';
import { peakEwma, type Timed } from './peak-ewma.ts';
import type { Pick, Some } from './pick.ts';
import { random } from './random.ts';
import { type Named, ringHash } from './ring-hash.ts';
import { roundRobin } from './round-robin.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

/** A host that says which version of its service it is of. */
export interface Versioned {
  /** Undefined when nobody knows. */
  readonly version: string | undefined;
}

/** What `balance` makes of a list of hosts. To be made anew when the list changes, never while a request waits. */
export function pickOf<H extends Named & Timed & Versioned>(balance: Balance, hosts: Some<H>): Pick<H> {
  switch (balance.kind) {
    case 'round-robin':
      return roundRobin(hosts);
    case 'random':
      return random(hosts);
    case 'least-request':
      return leastRequest(hosts, balance.choices);
    case 'peak-ewma':
      return peakEwma(hosts);
    case 'weighted-round-robin':
      return weightedRoundRobin(hosts, weightOf(balance.weights));
    case 'consistent-hash':
      return balance.table?.kind === 'maglev'
        ? maglev(hosts, balance.table.tableSize)
        : ringHash(hosts, balance.table?.minSize);
  }
}

/** A host whose version nobody knows is of the only one. */
function weightOf(weights: Readonly<Record<string, number>>): (host: Versioned) => number {
  const [only = 1, ...more] = Object.values(weights);
  const fallback = more.length === 0 ? only : 1;
  return ({ version = '' }) => weights[version] ?? fallback;
}
