import {
  VirtualService,
  type VirtualServiceHttp,
  type VirtualServiceHttpFault,
} from '../../../imports/networking.istio.io.ts';
import type { Call } from '../../graph/call.ts';
import { Service } from '../../graph/service.ts';
import type { Fault } from '../../policy/call-policy.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';
import { destinations } from './destinations.ts';
import { httpRetries, NO_RETRIES } from './http-retries.ts';
import { istioDuration } from './istio-duration.ts';
import { mirror, versionRoutes } from './version-routes.ts';

/**
 * Adds the VirtualService of a service. Each call of the layers `mesh` and `proxyless` has a route, which matches the
 * caller's label and the method's path. The last route has no policy and serves calls of the layer `app`.
 * @param incoming the calls to this service
 */
export function addVirtualService(callee: Service, incoming: readonly Call[]): void {
  const enforced = incoming.filter((call) => call.layer !== 'app');
  new VirtualService(callee, 'virtual-service', {
    metadata: { name: callee.name, labels: serviceLabels(callee) },
    spec: {
      hosts: [callee.host],
      http: [
        ...enforced.flatMap((call) => versionRoutes(callee, callRoute(call))),
        ...versionRoutes(callee, {
          name: 'default',
          route: destinations(callee, Service.grpcPort),
          retries: NO_RETRIES,
        }),
      ],
    },
  });
}

function callRoute(call: Call): VirtualServiceHttp {
  const { timeout, retries, fault, balance } = call.policy;
  const weights = balance?.kind === 'weighted-round-robin' ? balance.weights : undefined;
  const route: VirtualServiceHttp = {
    name: `${call.caller.name}-to-${call.name}`,
    match: call.paths.map((path) => ({ sourceLabels: serviceSelector(call.caller), uri: { exact: path } })),
    ...(fault && { fault: faultInjection(fault) }),
    route: destinations(call.callee, Service.grpcPort, weights),
    ...(timeout !== 'none' && { timeout: istioDuration(timeout) }),
    retries: retries ? httpRetries(retries) : NO_RETRIES,
  };
  return isReadOnly(call) ? { ...route, ...mirror(call.callee, route) } : route;
}

/**
 * Returns whether all methods of a call are read-only. Only such calls are mirrored: versions share a store, so a
 * mirrored write would be applied twice.
 */
function isReadOnly({ grpcMethods }: Call): boolean {
  return grpcMethods.every(({ options }) => options.idempotencyLevel === 'NO_SIDE_EFFECTS');
}

function faultInjection({ delay, abort }: Fault): VirtualServiceHttpFault {
  return {
    ...(delay && {
      delay: { percentage: { value: delay.percent }, fixedDelay: istioDuration(delay.duration) },
    }),
    ...(abort && { abort: { percentage: { value: abort.percent }, grpcStatus: abort.grpcStatus } }),
  };
}
