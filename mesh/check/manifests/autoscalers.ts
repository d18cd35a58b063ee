import type { HorizontalPodAutoscalerSpec } from '../../../imports/kubernetes.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';

/** Autoscalers have a workload to scale, and room to do it. */
export const autoscalers: ManifestRule = function* (set) {
  for (const manifest of set.ofKind('HorizontalPodAutoscaler')) {
    const { scaleTargetRef, minReplicas = 1, maxReplicas } = specOf<HorizontalPodAutoscalerSpec>(manifest);
    if (minReplicas > maxReplicas) {
      yield problem(
        manifest,
        'autoscaler/range',
        'spec.minReplicas',
        minReplicas,
        `maxReplicas is ${maxReplicas}; give at most that`,
      );
    }
    const { kind, name } = scaleTargetRef;
    const target = set.find(kind, namespaceOf(manifest), name);
    if (!target) {
      const names = set.names(kind, namespaceOf(manifest));
      const change = `there is no such ${kind}; name one that is here${didYouMean(name, names)}`;
      yield problem(manifest, 'reference/scale-target', 'spec.scaleTargetRef.name', name, change);
    } else if (specOf<{ readonly replicas?: number }>(target).replicas !== undefined) {
      const change = `${manifest.path} scales it, and each apply would undo that; leave replicas out`;
      yield problem(
        target,
        'autoscaler/replicas',
        'spec.replicas',
        specOf<{ readonly replicas?: number }>(target).replicas,
        change,
      );
    }
  }
};
