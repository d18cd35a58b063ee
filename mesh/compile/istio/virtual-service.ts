import {
  VirtualService,
  type VirtualServiceHttp,
  type VirtualServiceHttpFault,
  type VirtualServiceHttpRetries,
} from '../../../imports/networking.istio.io.ts';
import type { Call } from '../../graph/call.ts';
import { Service } from '../../graph/service.ts';
import type { Fault } from '../../policy/call-policy.ts';
import type { Retries } from '../../policy/retries.ts';
import { serviceLabels, serviceSelector } from '../labels.ts';
import { destinations } from './destinations.ts';
import { istioDuration } from './istio-duration.ts';

/** Istio sets no time limit unless told to, but retries twice unless told not to. */
export const NOTHING_ADDED = { retries: { attempts: 0 } } as const;

/**
 * How requests reach a service: for each call that the mesh enforces a route of its own, found by the caller's label
 * and the method's path, and at last a route that adds nothing, for calls that their caller enforces.
 * @param incoming the calls to this service
 */
export function virtualService(callee: Service, incoming: readonly Call[]): void {
  const enforced = incoming.filter((call) => call.layer === 'mesh');
  new VirtualService(callee, 'virtual-service', {
    metadata: { name: callee.name, labels: serviceLabels(callee) },
    spec: {
      hosts: [callee.host],
      http: [
        ...enforced.map(callRoute),
        { name: 'default', route: destinations(callee, Service.grpcPort), ...NOTHING_ADDED },
      ],
    },
  });
}

function callRoute(call: Call): VirtualServiceHttp {
  const { timeout, retries, fault, balance } = call.policy;
  const weights = balance?.kind === 'weighted-round-robin' ? balance.weights : undefined;
  return {
    name: `${call.caller.name}-to-${call.name}`,
    match: call.paths.map((path) => ({ sourceLabels: serviceSelector(call.caller), uri: { exact: path } })),
    ...(fault && { fault: faultInjection(fault) }),
    route: destinations(call.callee, Service.grpcPort, weights),
    ...(timeout !== 'none' && { timeout: istioDuration(timeout) }),
    retries: retries ? retryPolicy(retries) : NOTHING_ADDED.retries,
  };
}

function retryPolicy({ attempts, on, perTryTimeout, backOff }: Retries): VirtualServiceHttpRetries {
  return {
    attempts,
    retryOn: on.join(','),
    ...(perTryTimeout && { perTryTimeout: istioDuration(perTryTimeout) }),
    ...(backOff && { backoff: istioDuration(backOff.base) }),
  };
}

function faultInjection({ delay, abort }: Fault): VirtualServiceHttpFault {
  return {
    ...(delay && {
      delay: { percentage: { value: delay.percent }, fixedDelay: istioDuration(delay.duration) },
    }),
    ...(abort && { abort: { percentage: { value: abort.percent }, grpcStatus: abort.grpcStatus } }),
  };
}
