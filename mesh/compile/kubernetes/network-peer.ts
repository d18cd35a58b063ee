import type { NetworkPolicyPeer } from '../../../imports/kubernetes.ts';
import type { PodPeer } from '../../graph/external-peers.ts';
import { serviceSelector } from '../peers/labels.ts';

/** Returns the pods of a service of the same namespace as a peer of a NetworkPolicy. */
export function pods(service: { readonly name: string }): NetworkPolicyPeer {
  return { podSelector: { matchLabels: serviceSelector(service) } };
}

/** Returns pods of another namespace as a peer of a NetworkPolicy. */
export function inNamespace({ namespace, labels }: PodPeer): NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: labels },
  };
}
