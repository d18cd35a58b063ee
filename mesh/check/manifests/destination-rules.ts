import type { ServiceSpec } from '../../../imports/kubernetes.ts';
import type { DestinationRuleSpec } from '../../../imports/networking.istio.io.ts';
import { type ManifestRule, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';
import { MeshHosts } from '../rules/mesh-hosts.ts';

/** Requires DestinationRules to name existing hosts, and each subset to select pods. */
export const destinationRules: ManifestRule = function* (set) {
  const hosts = new MeshHosts(set);
  for (const manifest of set.ofKind('DestinationRule')) {
    const { host = '', subsets = [] } = specOf<DestinationRuleSpec>(manifest);
    const namespace = namespaceOf(manifest);
    const meshHost = hosts.find(host, namespace);
    if (!meshHost)
      yield problem(manifest, 'reference/host', 'spec.host', host, hosts.suggestFix(host, namespace));
    const selector = meshHost?.service && specOf<ServiceSpec>(meshHost.service).selector;
    if (!meshHost?.service || !selector) continue;
    for (const { name, labels = {} } of subsets) {
      if (set.podsWithLabels(namespaceOf(meshHost.service), { ...selector, ...labels }).length > 0) continue;
      const fix = `no pod of ${host} has these labels; use those of a version`;
      yield problem(manifest, 'reference/subset', `the labels of subset ${name}`, labels, fix);
    }
  }
};
