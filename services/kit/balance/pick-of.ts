import type { Balance } from '../../../mesh/policy/balance.ts';
import { leastRequest } from './least-request.ts';
import { maglev } from './maglev.ts';
import { peakEwma, type Timed } from './peak-ewma.ts';
import type { Pick, Some } from './pick.ts';
import { random } from './random.ts';
import { type Named, ringHash } from './ring-hash.ts';
import { roundRobin } from './round-robin.ts';

/** Balancing that a process does by itself; weights need versions, which no endpoint has yet. */
export type OwnBalance = Exclude<Balance, { readonly kind: 'weighted-round-robin' }>;

/** What `balance` makes of a list of hosts. To be made anew when the list changes, never while a request waits. */
export function pickOf<H extends Named & Timed>(balance: OwnBalance, hosts: Some<H>): Pick<H> {
  switch (balance.kind) {
    case 'round-robin':
      return roundRobin(hosts);
    case 'random':
      return random(hosts);
    case 'least-request':
      return leastRequest(hosts, balance.choices);
    case 'peak-ewma':
      return peakEwma(hosts);
    case 'consistent-hash':
      return balance.table?.kind === 'maglev'
        ? maglev(hosts, balance.table.tableSize)
        : ringHash(hosts, balance.table?.minSize);
  }
}
