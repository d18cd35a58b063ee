import type { SidecarSpec } from '../../../imports/networking.istio.io.ts';
import { type ManifestRule, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';
import { MeshHosts } from '../rules/mesh-hosts.ts';

/**
 * Requires the egress hosts of Sidecars to exist. Skips hosts in other namespaces, whose objects are not in the
 * manifests.
 */
export const sidecars: ManifestRule = function* (set) {
  const hosts = new MeshHosts(set);
  for (const manifest of set.ofKind('Sidecar')) {
    for (const egress of specOf<SidecarSpec>(manifest).egress ?? []) {
      for (const entry of egress.hosts ?? []) {
        const namespace = namespaceOf(manifest);
        const [scope = '', host = ''] = entry.split('/');
        if ((scope !== '.' && scope !== namespace) || host.includes('*') || hosts.find(host, namespace))
          continue;
        yield problem(
          manifest,
          'reference/host',
          'a host of spec.egress',
          entry,
          hosts.suggestFix(host, namespace),
        );
      }
    }
  }
};
