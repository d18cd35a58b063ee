import type { HorizontalPodAutoscalerSpec } from '../../../imports/kubernetes.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';

/** Requires autoscalers to have an existing target that sets no replicas itself, and a valid range. */
export const autoscalers: ManifestRule = function* (set) {
  for (const manifest of set.ofKind('HorizontalPodAutoscaler')) {
    const { scaleTargetRef, minReplicas = 1, maxReplicas } = specOf<HorizontalPodAutoscalerSpec>(manifest);
    if (minReplicas > maxReplicas) {
      yield problem(
        manifest,
        'autoscaler/range',
        'spec.minReplicas',
        minReplicas,
        `maxReplicas is ${maxReplicas}; use at most that`,
      );
    }
    const { kind, name } = scaleTargetRef;
    const target = set.find(kind, namespaceOf(manifest), name);
    if (!target) {
      const names = set.names(kind, namespaceOf(manifest));
      const fix = `the ${kind} does not exist; use the name of an existing one${didYouMean(name, names)}`;
      yield problem(manifest, 'reference/scale-target', 'spec.scaleTargetRef.name', name, fix);
    } else if (specOf<{ readonly replicas?: number }>(target).replicas !== undefined) {
      const fix = `${manifest.path} scales it, and each apply would reset the replicas; omit the field`;
      yield problem(
        target,
        'autoscaler/replicas',
        'spec.replicas',
        specOf<{ readonly replicas?: number }>(target).replicas,
        fix,
      );
    }
  }
};
