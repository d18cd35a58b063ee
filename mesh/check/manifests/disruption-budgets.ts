import type { HorizontalPodAutoscalerSpec, PodDisruptionBudgetSpec } from '../../../imports/kubernetes.ts';
import {
  type ManifestRule,
  type ManifestSet,
  namespaceOf,
  type PodTemplate,
  problem,
  specOf,
} from '../rules/manifest-set.ts';

/** Requires budgets to allow the eviction of a pod. Otherwise nodes that run such a pod cannot be drained. */
export const disruptionBudgets: ManifestRule = function* (set) {
  const scaled = scaledPods(set);
  for (const manifest of set.ofKind('PodDisruptionBudget')) {
    const { selector = {}, minAvailable, maxUnavailable } = specOf<PodDisruptionBudgetSpec>(manifest);
    const pods = set
      .selectPods(namespaceOf(manifest), selector)
      .reduce((sum, pod) => sum + (scaled.get(targetOf(pod)) ?? pod.replicas), 0);
    const rule = 'budget/eviction';
    if (minAvailable !== undefined && podCount(minAvailable, pods) >= pods && pods > 0) {
      const fix = `the workload may have only ${pods} pods, so none could be evicted; ${pods > 1 ? `use at most ${pods - 1}` : 'add a replica, or remove the budget'}`;
      yield problem(manifest, rule, 'spec.minAvailable', minAvailable, fix);
    }
    if (maxUnavailable !== undefined && podCount(maxUnavailable, pods) === 0 && pods > 0) {
      yield problem(
        manifest,
        rule,
        'spec.maxUnavailable',
        maxUnavailable,
        'no pod could be evicted; use at least 1',
      );
    }
  }
};

/** Returns the minimum pods of the workloads that have an autoscaler. */
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

/** Resolves a number or percentage of pods. Kubernetes rounds percentages up. */
function podCount(value: number | string, pods: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseFloat(value) * pods) / 100);
}
