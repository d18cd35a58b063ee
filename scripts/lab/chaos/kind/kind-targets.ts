import type { Broker } from '../../../../mesh/policy/broker.ts';
import { type FaultTarget, type FaultTargets, SERVICES } from '../fault-targets.ts';

/** Returns the fault targets in a cluster, where pods can be killed but nothing else can be done to them from outside. */
export function kindTargets(broker: Broker): FaultTargets {
  const servers: readonly FaultTarget[] = broker === 'postgres' ? ['postgres'] : ['postgres', broker];
  return {
    kills: [...SERVICES, ...servers],
    freezes: [],
    cuts: [],
    fullDisks: [],
    clocks: [],
    blackholes: [],
  };
}
