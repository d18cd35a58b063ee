import type { Broker } from '../../../../mesh/policy/broker.ts';
import { SERVICES, type Target } from '../planned-faults.ts';
import type { Targets } from '../stage.ts';

/**
 * What can be done to whom on loopback.
 * @param disks whether a disk can be mounted that may be filled
 */
export function localTargets(broker: Broker, disks: boolean): Targets {
  const servers: readonly Target[] = broker === 'postgres' ? ['postgres'] : ['postgres', broker];
  // Customers call the gateway directly; no other process does.
  const reached: readonly Target[] = [...SERVICES.filter((name) => name !== 'gateway'), ...servers];
  return {
    kills: [...SERVICES, ...servers],
    // A Postgres that stands still does what one does that is cut off.
    freezes: [...SERVICES, ...servers.filter((name) => name !== 'postgres')],
    cuts: reached,
    fullDisks: disks ? ['postgres'] : [],
    clocks: SERVICES,
    blackholes: reached,
  };
}
