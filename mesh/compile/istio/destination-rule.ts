import { DestinationRule, type DestinationRuleSubsets } from '../../../imports/networking.istio.io.ts';
import type { Call } from '../../graph/call.ts';
import type { Service } from '../../graph/service.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';
import { TCP_LIVENESS } from './tcp-liveness.ts';
import { trafficPolicy } from './traffic-policy.ts';

/**
 * How the pods of one caller treat one callee: balancing, limits and ejection are of the pair, where timeouts and
 * retries are of the call. Where the caller has several calls to the callee, they agree in these (the check says so).
 * Istio takes the rule whose workloadSelector matches, whole, and looks at no other.
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
        // The process has no certificate.
        ...(call.layer === 'proxyless' && { tls: { mode: 'DISABLE' } }),
      },
      ...subsets(callee),
    },
  });
}

/** Names the versions of a service for those that have no rule of their own: the ingress gateway, calls of layer app. */
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

/** The versions of a service by name, where there are several. */
export function subsets({ versions }: Service): { readonly subsets?: readonly DestinationRuleSubsets[] } {
  if (versions.length === 1) return {};
  return { subsets: versions.map(({ name }) => ({ name, labels: { version: name } })) };
}
