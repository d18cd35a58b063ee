import { Namespace } from '../../../imports/kubernetes.ts';
import type { Platform } from '../../graph/platform.ts';

/**
 * Adds the namespace of a platform. Without Istio, it enforces the `restricted` Pod Security Standard. With Istio it
 * cannot, because Istio's init container needs NET_ADMIN, which only the standard `privileged` allows. The check of the
 * manifests verifies the pods instead.
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
