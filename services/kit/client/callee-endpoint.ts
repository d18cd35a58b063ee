import { connectivityState, type experimental } from '@grpc/grpc-js';
import type { EndpointHealth } from '../balance/outlier-detector.ts';
import type { EndpointLatency } from '../balance/peak-ewma.ts';
import type { EndpointId } from '../balance/ring-hash.ts';

/** The state that one client keeps of a callee's endpoint. */
export interface CalleeEndpoint extends EndpointId, EndpointHealth, EndpointLatency {
  /** Requests in flight. */
  activeRequests: number;
  /** Version of the callee that the endpoint runs; undefined if unknown. */
  version: string | undefined;
}

/** Returns the initial state of an endpoint. */
export function createCalleeEndpoint(id: string, version: string | undefined): CalleeEndpoint {
  return {
    id,
    version,
    activeRequests: 0,
    latencyMs: 0,
    measuredAt: 0,
    consecutiveErrors: 0,
    ejectionCount: 0,
    ejectedAt: undefined,
  };
}

/** An endpoint with its gRPC connection. */
export interface GrpcEndpoint extends CalleeEndpoint {
  readonly leaf: experimental.LeafLoadBalancer;
}

/** Returns whether an endpoint has an open connection. */
export function isReady({ leaf }: GrpcEndpoint): boolean {
  return leaf.getConnectivityState() === connectivityState.READY;
}
