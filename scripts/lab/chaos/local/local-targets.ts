import type { Broker } from '../../../../mesh/policy/broker.ts';
import { type FaultTarget, type FaultTargets, SERVICES } from '../fault-targets.ts';

/**
 * Returns the fault targets of a local run.
 * @param canFillDisks whether the stores can be on a disk that may be filled
 */
export function localTargets(broker: Broker, canFillDisks: boolean): FaultTargets {
  const servers: readonly FaultTarget[] = broker === 'postgres' ? ['postgres'] : ['postgres', broker];
  // Customers connect to the gateway directly, without a link, and no other process connects to it.
  const callees: readonly FaultTarget[] = [...SERVICES.filter((name) => name !== 'gateway'), ...servers];
  return {
    kills: [...SERVICES, ...servers],
    // For its clients, a frozen Postgres is the same as one whose network is cut.
    freezes: [...SERVICES, ...servers.filter((name) => name !== 'postgres')],
    cuts: callees,
    fullDisks: canFillDisks ? ['postgres'] : [],
    clocks: SERVICES,
    blackholes: callees,
  };
}
