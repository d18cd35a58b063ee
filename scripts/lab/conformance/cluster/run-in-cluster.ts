import type { LayerInPod } from '../in-pod/caller.ts';
import type { ConformanceProbe } from '../probe.ts';
import { runProbe } from '../run-probe.ts';
import type { ProbeCluster } from './probe-cluster.ts';

/** Runs a probe between pods of the cluster. @returns the result in the words of the probe */
export async function runInCluster(
  probe: ConformanceProbe,
  layer: LayerInPod,
  cluster: ProbeCluster,
): Promise<string> {
  const service = probe.isBare ? 'bare' : (probe.callees ?? 1) > 1 ? 'three' : 'one';
  const caller = await cluster.openCaller(layer, probe.policy, service);
  return runProbe(probe, cluster.testbed(service), caller);
}
