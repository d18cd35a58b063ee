import type { Broker } from '../../../mesh/policy/broker.ts';
import { SERVICES, type Target } from '../planned-faults.ts';
import type { Targets } from '../stage.ts';

/**
 * What can be done to whom on loopback.
 * @param disks whether a disk can be mounted that may be filled
 */
export function localTargets(broker: Broker, disks: boolean): Targets {
  const servers: readonly Target[] = broker === 'postgres' ? ['postgres'] : ['postgres', broker];
  return {
    kills: [...SERVICES, ...servers],
    // A Postgres that stands still does what one does that is cut off.
    freezes: [...SERVICES, ...servers.filter((name) => name !== 'postgres')],
    // Nobody calls the gateway but the customers, who come to it directly.
    cuts: [...SERVICES.filter((name) => name !== 'gateway'), ...servers],
    fullDisks: disks ? ['postgres'] : [],
    clocks: SERVICES,
  };
}
