import { DestinationRule } from '../../../imports/networking.istio.io.ts';
import type { Call } from '../../graph/call.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';
import { subsets } from './destination-rule.ts';
import { TCP_LIVENESS } from './tcp-liveness.ts';

/**
 * Makes the sidecar of a caller that chooses an endpoint itself connect to that one: it would balance once more. The
 * address says nothing of what is behind it, so that mutual TLS has to be asked for.
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
