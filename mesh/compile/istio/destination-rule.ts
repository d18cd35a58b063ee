import { DestinationRule, type DestinationRuleSubsets } from '../../../imports/networking.istio.io.ts';
import type { Call } from '../../graph/call.ts';
import type { ServiceScope } from '../../graph/scopes.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';
import { TCP_LIVENESS } from './tcp-liveness.ts';
import { trafficPolicy } from './traffic-policy.ts';

/**
 * Adds the DestinationRule of a caller and a callee. Load balancing, limits and outlier detection belong to the pair,
 * while timeouts and retries belong to the call. The check of the graph ensures that all calls of a pair agree in them.
 * Istio applies only the rule whose workloadSelector matches, and does not merge it with others.
 */
export function addCallerDestinationRule(call: Call): void {
  const { caller, callee } = call;
  new DestinationRule(call, 'destination-rule', {
    metadata: { name: `${caller.name}-to-${callee.name}`, labels: serviceLabels(caller) },
    spec: {
      host: callee.host,
      workloadSelector: { matchLabels: serviceSelector(caller) },
      trafficPolicy: {
        ...trafficPolicy(call.policy),
        // A proxyless process has no certificate.
        ...(call.layer === 'proxyless' && { tls: { mode: 'DISABLE' } }),
      },
      ...subsets(callee),
    },
  });
}

/** Adds the subsets of a service for clients without a DestinationRule of their own, such as the ingress gateway. */
export function addVersionsDestinationRule(service: Service): void {
  if (service.versions.length === 1) return;
  new DestinationRule(service, 'destination-rule', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      host: service.host,
      trafficPolicy: { connectionPool: { tcp: TCP_LIVENESS } },
      ...subsets(service),
    },
  });
}

/** Returns the versions of a service as subsets. Empty if there is only one version. */
export function subsets({ versions }: ServiceScope): {
  readonly subsets?: readonly DestinationRuleSubsets[];
} {
  if (versions.length === 1) return {};
  return { subsets: versions.map(({ name }) => ({ name, labels: { version: name } })) };
}
