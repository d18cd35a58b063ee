import { Namespace } from '../../../imports/kubernetes.ts';
import type { Platform } from '../../graph/platform.ts';

/**
 * The namespace of a platform. Its pods must meet the `restricted` Pod Security Standard where no sidecar is
 * injected; Istio's init container needs NET_ADMIN, which only `privileged` lets through, so that there the
 * standard warns nobody and is left to the check of the manifests.
 */
export function addNamespace(platform: Platform): void {
  const { hasIstio } = platform.environment;
  new Namespace(platform.base, 'namespace', {
    metadata: {
      name: platform.namespace,
      labels: {
        'app.kubernetes.io/part-of': platform.node.id,
        'app.kubernetes.io/managed-by': 'weft',
        ...(hasIstio
          ? { 'istio-injection': 'enabled' }
          : { 'pod-security.kubernetes.io/enforce': 'restricted' }),
      },
    },
  });
}
