import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, problem } from '../rules/manifest-set.ts';

/** Where manifests make namespaces, objects are in one of these. */
export const namespaces: ManifestRule = function* (set) {
  const known = new Set(set.allOfKind('Namespace').map(({ object }) => object.metadata.name));
  if (known.size === 0) return;
  for (const manifest of set.all) {
    const { kind, metadata } = manifest.object;
    if (kind === 'Namespace' || known.has(metadata.namespace ?? '')) continue;
    const change = `there is no such Namespace; use ${[...known].join(' or ')}${didYouMean(metadata.namespace ?? '', known)}`;
    yield problem(
      manifest,
      'reference/namespace',
      'metadata.namespace',
      metadata.namespace ?? 'default',
      change,
    );
  }
};
