import type { CertificateAuthority } from '../graph/tls.ts';
import type { Problem } from '../policy/problem.ts';
import type { Manifest } from '../render/manifest.ts';
import { authorization } from './manifests/authorization.ts';
import { autoscalers } from './manifests/autoscalers.ts';
import { configChecksums } from './manifests/config-checksums.ts';
import { destinationRules } from './manifests/destination-rules.ts';
import { disruptionBudgets } from './manifests/disruption-budgets.ts';
import { namespaces } from './manifests/namespaces.ts';
import { networkPolicies } from './manifests/network-policies.ts';
import { objectNames } from './manifests/object-names.ts';
import { oneRetryLayer } from './manifests/one-retry-layer.ts';
import { podReferences } from './manifests/pod-references.ts';
import { probes } from './manifests/probes.ts';
import { schemaProblems } from './manifests/schemas.ts';
import { selectors } from './manifests/selectors.ts';
import { servicePorts } from './manifests/service-ports.ts';
import { sidecars } from './manifests/sidecars.ts';
import { text } from './manifests/text.ts';
import { uniqueNames } from './manifests/unique-names.ts';
import { virtualServices } from './manifests/virtual-services.ts';
import { volumeMounts } from './manifests/volume-mounts.ts';
import { type ManifestRule, ManifestSet } from './rules/manifest-set.ts';

export interface CheckOptions {
  /** Keys of Secrets and ConfigMaps that exist in the cluster but not in the manifests. @default none */
  readonly outside?: readonly CertificateAuthority[];
}

/** Returns all problems of synthesized manifests. Call it before writing them. */
export function checkManifests(
  manifests: readonly Manifest[],
  options: CheckOptions = {},
): readonly Problem[] {
  const { problems, malformed } = schemaProblems(manifests);
  const set = new ManifestSet(manifests, malformed);
  const rules: readonly ManifestRule[] = [
    text,
    objectNames,
    uniqueNames,
    namespaces,
    podReferences(options.outside ?? []),
    volumeMounts,
    configChecksums,
    probes,
    selectors,
    servicePorts,
    autoscalers,
    disruptionBudgets,
    virtualServices,
    destinationRules,
    sidecars,
    authorization,
    networkPolicies,
    oneRetryLayer,
  ];
  return [...problems, ...rules.flatMap((rule) => [...rule(set)])];
}
