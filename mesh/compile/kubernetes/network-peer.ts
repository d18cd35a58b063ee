import type { NetworkPolicyPeer } from '../../../imports/kubernetes.ts';
import type { PodPeer } from '../../graph/external-peers.ts';
import { serviceSelector } from '../peers/labels.ts';

/** Returns a NetworkPolicy peer for the pods of a service in the same namespace. */
export function pods(service: { readonly name: string }): NetworkPolicyPeer {
  return { podSelector: { matchLabels: serviceSelector(service) } };
}

/** Returns a NetworkPolicy peer for pods of another namespace. */
export function inNamespace({ namespace, labels }: PodPeer): NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    podSelector: { matchLabels: labels },
  };
}
