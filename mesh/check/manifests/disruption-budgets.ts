import type { HorizontalPodAutoscalerSpec, PodDisruptionBudgetSpec } from '../../../imports/kubernetes.ts';
import {
  type ManifestRule,
  type ManifestSet,
  namespaceOf,
  type PodTemplate,
  problem,
  specOf,
} from '../rules/manifest-set.ts';

/** A budget leaves a pod to evict: otherwise no node that has one of them can be drained. */
export const disruptionBudgets: ManifestRule = function* (set) {
  const scaled = scaledPods(set);
  for (const manifest of set.ofKind('PodDisruptionBudget')) {
    const { selector = {}, minAvailable, maxUnavailable } = specOf<PodDisruptionBudgetSpec>(manifest);
    const pods = set
      .selectPods(namespaceOf(manifest), selector)
      .reduce((sum, pod) => sum + (scaled.get(targetOf(pod)) ?? pod.replicas), 0);
    const rule = 'budget/eviction';
    if (minAvailable !== undefined && atLeast(minAvailable, pods) >= pods && pods > 0) {
      const change = `there may be ${pods} pods, so that none could be evicted; ${pods > 1 ? `keep at most ${pods - 1}` : 'add a replica, or remove the budget'}`;
      yield problem(manifest, rule, 'spec.minAvailable', minAvailable, change);
    }
    if (maxUnavailable !== undefined && atLeast(maxUnavailable, pods) === 0 && pods > 0) {
      yield problem(
        manifest,
        rule,
        'spec.maxUnavailable',
        maxUnavailable,
        'no pod could be evicted; allow one at least',
      );
    }
  }
};

/** Pods at least of the workloads that have an autoscaler. */
function scaledPods(set: ManifestSet): ReadonlyMap<string, number> {
  return new Map(
    set.ofKind('HorizontalPodAutoscaler').map((manifest) => {
      const { scaleTargetRef, minReplicas = 1 } = specOf<HorizontalPodAutoscalerSpec>(manifest);
      return [`${namespaceOf(manifest)} ${scaleTargetRef.kind} ${scaleTargetRef.name}`, minReplicas];
    }),
  );
}

function targetOf({ namespace, manifest }: PodTemplate): string {
  return `${namespace} ${manifest.object.kind} ${manifest.object.metadata.name}`;
}

/** A number of pods, or a percentage of them, which Kubernetes rounds up. */
function atLeast(value: number | string, pods: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseFloat(value) * pods) / 100);
}
