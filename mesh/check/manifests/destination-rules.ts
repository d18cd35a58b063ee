import type { ServiceSpec } from '../../../imports/kubernetes.ts';
import type { DestinationRuleSpec } from '../../../imports/networking.istio.io.ts';
import { type ManifestRule, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';
import { MeshHosts } from '../rules/mesh-hosts.ts';

/** DestinationRules are for hosts that are there, and each of their subsets has pods. */
export const destinationRules: ManifestRule = function* (set) {
  const hosts = new MeshHosts(set);
  for (const manifest of set.ofKind('DestinationRule')) {
    const { host = '', subsets = [] } = specOf<DestinationRuleSpec>(manifest);
    const namespace = namespaceOf(manifest);
    const found = hosts.find(host, namespace);
    if (!found)
      yield problem(manifest, 'reference/host', 'spec.host', host, hosts.suggestFix(host, namespace));
    const selector = found?.service && specOf<ServiceSpec>(found.service).selector;
    if (!found?.service || !selector) continue;
    for (const { name, labels = {} } of subsets) {
      if (set.podsWithLabels(namespaceOf(found.service), { ...selector, ...labels }).length > 0) continue;
      const change = `no pod of ${host} has these labels; use those of a version`;
      yield problem(manifest, 'reference/subset', `the labels of subset ${name}`, labels, change);
    }
  }
};
