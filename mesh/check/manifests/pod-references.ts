import type { CertificateAuthority } from '../../graph/tls.ts';
import type { Problem } from '../../policy/problem.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, type ManifestSet, type PodTemplate, problem } from '../rules/manifest-set.ts';
import { type PodReference, referencesOf } from '../rules/references.ts';

/**
 * Returns a rule that requires the ServiceAccounts, ConfigMaps, Secrets and claims of pods to exist, with the keys that
 * the pods use.
 *
 * @param outside keys of Secrets and ConfigMaps that exist in the cluster but not in the manifests
 */
export function podReferences(outside: readonly CertificateAuthority[]): ManifestRule {
  const outsideKeys = Map.groupBy(outside, (source) =>
    'secret' in source ? `Secret/${source.secret}` : `ConfigMap/${source.configMap}`,
  );
  return function* (set) {
    for (const pod of set.pods) {
      for (const reference of referencesOf(pod.spec)) {
        const keys = outsideKeys.get(`${reference.kind}/${reference.name}`)?.map(({ key }) => key);
        yield* referenceProblems(set, pod, reference, keys);
      }
    }
  };
}

function* referenceProblems(
  set: ManifestSet,
  { manifest, namespace }: PodTemplate,
  { field, kind, name, keys, optional }: PodReference,
  outside: readonly string[] | undefined,
): Generator<Problem> {
  const rule = `reference/${kind}`;
  const object = set.find(kind, namespace, name)?.object;
  if (optional || (kind === 'ServiceAccount' && name === 'default')) return;
  if (!object && !outside) {
    const elsewhere = kind === 'Secret' ? ', and none is declared as existing outside' : '';
    const fix = `the ${kind} does not exist in namespace ${namespace}${elsewhere}${didYouMean(name, set.names(kind, namespace))}`;
    yield problem(manifest, rule, field, name, fix);
    return;
  }
  const existingKeys = [
    ...(outside ?? []),
    ...Object.keys({
      ...(object?.data as object),
      ...(object?.stringData as object),
      ...(object?.binaryData as object),
    }),
  ];
  for (const key of keys) {
    if (!existingKeys.includes(key)) {
      yield problem(
        manifest,
        rule,
        `a key of ${field}`,
        key,
        `${kind} ${name} has ${existingKeys.join(', ') || 'no keys'}${didYouMean(key, existingKeys)}`,
      );
    }
  }
}
