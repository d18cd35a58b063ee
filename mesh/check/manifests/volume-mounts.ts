import type { StatefulSetSpec } from '../../../imports/kubernetes.ts';
import type { Problem } from '../../policy/problem.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, type PodTemplate, problem, specOf } from '../rules/manifest-set.ts';
import { podContainers } from '../rules/pod-containers.ts';

/** Containers mount volumes that their pod has, and each volume is mounted. */
export const volumeMounts: ManifestRule = function* ({ pods }) {
  for (const pod of pods) yield* mountProblems(pod);
};

function* mountProblems({ manifest, spec }: PodTemplate): Generator<Problem> {
  const claims = specOf<Partial<StatefulSetSpec>>(manifest).volumeClaimTemplates ?? [];
  const names = [
    ...(spec.volumes ?? []).map(({ name }) => name),
    ...claims.map(({ metadata }) => String(metadata?.name)),
  ];
  const mounted = new Set<string>();
  for (const { name: container, volumeMounts = [] } of podContainers(spec)) {
    for (const { name } of volumeMounts) {
      mounted.add(name);
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
    if (!mounted.has(name))
      yield problem(manifest, 'reference/volume', 'a volume', name, 'no container mounts it; remove it');
  }
}
