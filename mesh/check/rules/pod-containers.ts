import type { Container, PodSpec } from '../../../imports/kubernetes.ts';

/** Returns all containers of a pod, init containers first. */
export function podContainers({ containers, initContainers = [] }: PodSpec): readonly Container[] {
  return [...initContainers, ...containers];
}
