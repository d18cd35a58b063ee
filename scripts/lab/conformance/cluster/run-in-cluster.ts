import type { LayerInPod } from '../in-pod/caller.ts';
import { playProbe } from '../play-probe.ts';
import type { Probe } from '../probe.ts';
import type { ProbeCluster } from './probe-cluster.ts';

/** Plays a probe between pods. @returns what it saw */
export async function runInCluster(probe: Probe, layer: LayerInPod, cluster: ProbeCluster): Promise<string> {
  const service = probe.isBare ? 'bare' : (probe.callees ?? 1) > 1 ? 'three' : 'one';
  const caller = await cluster.caller(layer, probe.policy, service);
  return playProbe(probe, cluster.stage(service), caller);
}
