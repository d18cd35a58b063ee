import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, problem } from '../rules/manifest-set.ts';

/** Requires objects to be in a Namespace of the manifests, if the manifests have any. */
export const namespaces: ManifestRule = function* (set) {
  const namespaceNames = new Set(set.allOfKind('Namespace').map(({ object }) => object.metadata.name));
  if (namespaceNames.size === 0) return;
  for (const manifest of set.all) {
    const { kind, metadata } = manifest.object;
    if (kind === 'Namespace' || namespaceNames.has(metadata.namespace ?? '')) continue;
    const fix = `the Namespace does not exist; use ${[...namespaceNames].join(' or ')}${didYouMean(metadata.namespace ?? '', namespaceNames)}`;
    yield problem(
      manifest,
      'reference/namespace',
      'metadata.namespace',
      metadata.namespace ?? 'default',
      fix,
    );
  }
};
