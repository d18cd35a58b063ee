import type { PodSecurityContext, SecurityContext } from '../../../imports/kubernetes.ts';

/** User and group `nonroot` of the distroless images. */
const NON_ROOT_ID = 65_532;

/**
 * Returns the pod security context that the Pod Security Standard `restricted` requires.
 * @param id user and group of the process. @default 65532
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityContext(id: number = NON_ROOT_ID): PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: id,
    runAsGroup: id,
    fsGroup: id,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** The container security context that the Pod Security Standard `restricted` requires. */
export const RESTRICTED_CONTAINER: SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
