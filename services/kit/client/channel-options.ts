import type { ChannelOptions } from '@grpc/grpc-js';
import { BALANCER, OBSERVE, POLICY } from './balance-config.ts';
import './balancer.ts';
import type { Observe } from './decision.ts';
import type { LivePolicy } from './live-policy.ts';

/**
 * grpc-js's options for a call policy. What grpc-js could do of it by itself is switched off: a service config has fewer
 * fields than a policy, and other semantics. Without a policy the mesh does all this, and nothing is done here.
 */
export function channelOptions(live: LivePolicy | undefined, observe: Observe): ChannelOptions {
  const bare = { 'grpc.enable_retries': 0, 'grpc.service_config_disable_resolution': 1 };
  if (!live) return bare;
  const config = { loadBalancingConfig: [{ [BALANCER]: {} }], methodConfig: [] };
  return { ...bare, 'grpc.service_config': JSON.stringify(config), [POLICY]: live, [OBSERVE]: observe };
}
