import { connectivityState, type experimental } from '@grpc/grpc-js';
import type { Host } from './host.ts';

/** A host with its connection. */
export interface GrpcHost extends Host {
  readonly leaf: experimental.LeafLoadBalancer;
}

export function isReady({ leaf }: GrpcHost): boolean {
  return leaf.getConnectivityState() === connectivityState.READY;
}
