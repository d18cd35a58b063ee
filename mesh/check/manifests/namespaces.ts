import { ISTIO_NAMESPACE } from '../../compile/peers/control-plane.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, problem } from '../rules/manifest-set.ts';

/** Kinds whose objects are in no namespace. */
const CLUSTER_KINDS: readonly string[] = ['Namespace', 'ClusterRole', 'ClusterRoleBinding'];

/**
 * Requires objects to be in a Namespace of the manifests, if the manifests have any. In a mesh, objects may also be in
 * the namespace of Istio.
 */
export const namespaces: ManifestRule = function* (set) {
  const namespaceNames = new Set(set.allOfKind('Namespace').map(({ object }) => object.metadata.name));
  if (namespaceNames.size === 0) return;
  if (set.allOfKind('PeerAuthentication').length > 0) namespaceNames.add(ISTIO_NAMESPACE);
  for (const manifest of set.all) {
    const { kind, metadata } = manifest.object;
    if (CLUSTER_KINDS.includes(kind) || namespaceNames.has(metadata.namespace ?? '')) continue;
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
