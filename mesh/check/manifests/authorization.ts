import type { AuthorizationPolicySpec } from '../../../imports/security.istio.io.ts';
import { didYouMean } from '../rules/closest-name.ts';
import { type ManifestRule, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';

/** SPIFFE identity of a workload, without the scheme `spiffe://`. */
export const PRINCIPAL = /^cluster\.local\/ns\/([^/*]+)\/sa\/([^/*]+)$/;

/**
 * Requires principals to name existing ServiceAccounts. Skips namespaces of which the manifests have no ServiceAccount.
 */
export const authorization: ManifestRule = function* (set) {
  const namespaces = new Set(set.allOfKind('ServiceAccount').map(namespaceOf));
  for (const manifest of set.ofKind('AuthorizationPolicy')) {
    for (const { from = [] } of specOf<AuthorizationPolicySpec>(manifest).rules ?? []) {
      for (const principal of from.flatMap(({ source }) => source?.principals ?? [])) {
        const [, namespace, account] = PRINCIPAL.exec(principal) ?? [];
        if (namespace === undefined || account === undefined) {
          if (principal.includes('*')) continue;
          yield problem(
            manifest,
            'reference/principal',
            'a principal',
            principal,
            "write it as 'cluster.local/ns/<namespace>/sa/<account>'",
          );
          continue;
        }
        if (!namespaces.has(namespace) || set.find('ServiceAccount', namespace, account)) continue;
        const names = set.names('ServiceAccount', namespace);
        const fix = `ServiceAccount ${account} does not exist in namespace ${namespace}${didYouMean(account, names)}`;
        yield problem(manifest, 'reference/principal', 'a principal', principal, fix);
      }
    }
  }
};
