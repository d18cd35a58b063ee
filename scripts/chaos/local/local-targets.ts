import { SERVICES } from '../planned-faults.ts';
import type { Targets } from '../stage.ts';

/** What can be done to whom on loopback. */
export const LOCAL_TARGETS: Targets = {
  kills: [...SERVICES, 'postgres'],
  freezes: SERVICES,
  // Nobody calls the gateway but the customers, who come to it directly.
  cuts: [...SERVICES.filter((name) => name !== 'gateway'), 'postgres'],
  clocks: SERVICES,
};
