import type { StatefulSetSpec } from '../../../imports/kubernetes.ts';
import type { Problem } from '../../policy/problem.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, type PodTemplate, problem, specOf } from '../rules/manifest-set.ts';
import { podContainers } from '../rules/pod-containers.ts';

/** Requires containers to mount existing volumes, and each volume to be mounted. */
export const volumeMounts: ManifestRule = function* ({ pods }) {
  for (const pod of pods) yield* mountProblems(pod);
};

function* mountProblems({ manifest, spec }: PodTemplate): Generator<Problem> {
  const claims = specOf<Partial<StatefulSetSpec>>(manifest).volumeClaimTemplates ?? [];
  const names = [
    ...(spec.volumes ?? []).map(({ name }) => name),
    ...claims.map(({ metadata }) => String(metadata?.name)),
  ];
  const mountedNames = new Set<string>();
  for (const { name: container, volumeMounts = [] } of podContainers(spec)) {
    for (const { name } of volumeMounts) {
      mountedNames.add(name);
      if (names.includes(name)) continue;
      yield problem(
        manifest,
        'reference/volume',
        `a mount of container ${container}`,
        name,
        `the pod has no such volume${didYouMean(name, names)}`,
      );
    }
  }
  for (const name of names) {
    if (!mountedNames.has(name))
      yield problem(manifest, 'reference/volume', 'a volume', name, 'no container mounts it; remove it');
  }
}
