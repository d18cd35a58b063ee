import { DestinationRule } from '../../../imports/networking.istio.io.ts';
import type { Call } from '../../graph/call.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';
import { subsets } from './destination-rule.ts';
import { TCP_LIVENESS } from './tcp-liveness.ts';

/**
 * Adds a DestinationRule that makes a sidecar connect to the endpoint that the calling process chose, instead of balancing
 * again. Sidecars cannot detect mutual TLS for such connections, so the rule enables it explicitly.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-SimpleLB
 */
export function addPassthroughDestinationRule({ caller, callee }: Call): void {
  new DestinationRule(caller, `passthrough-${callee.name}`, {
    metadata: { name: `${caller.name}-to-${callee.name}`, labels: serviceLabels(caller) },
    spec: {
      host: callee.host,
      workloadSelector: { matchLabels: serviceSelector(caller) },
      trafficPolicy: {
        loadBalancer: { simple: 'PASSTHROUGH' },
        connectionPool: { tcp: TCP_LIVENESS },
        tls: { mode: 'ISTIO_MUTUAL' },
      },
      ...subsets(callee),
    },
  });
}
