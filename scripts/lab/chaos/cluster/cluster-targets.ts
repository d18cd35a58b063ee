import type { Broker } from '../../../../mesh/policy/broker.ts';
import { SERVICES, type Target } from '../planned-faults.ts';
import type { Targets } from '../stage.ts';

/** What can be done to whom in a cluster: pods die, and nothing else can be done to them from outside. */
export function clusterTargets(broker: Broker): Targets {
  const servers: readonly Target[] = broker === 'postgres' ? ['postgres'] : ['postgres', broker];
  return {
    kills: [...SERVICES, ...servers],
    freezes: [],
    cuts: [],
    fullDisks: [],
    clocks: [],
    blackholes: [],
  };
}
