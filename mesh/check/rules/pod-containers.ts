import type { Container, PodSpec } from '../../../imports/kubernetes.ts';

/** All containers of a pod, in the order in which they start. */
export function podContainers({ containers, initContainers = [] }: PodSpec): readonly Container[] {
  return [...initContainers, ...containers];
}
