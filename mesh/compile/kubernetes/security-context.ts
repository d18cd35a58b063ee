import type { PodSecurityContext, SecurityContext } from '../../../imports/kubernetes.ts';

/** User and group of a service process: `nonroot` of the distroless images. */
const NON_ROOT = 65_532;

/**
 * What the Pod Security Standard `restricted` asks for.
 * @param id user and group of the process
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityContext(id: number = NON_ROOT): PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: id,
    runAsGroup: id,
    fsGroup: id,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

export const RESTRICTED_CONTAINER: SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
