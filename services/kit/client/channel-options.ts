import type { ChannelOptions } from '@grpc/grpc-js';
import { BALANCER_NAME, OBSERVER_OPTION, POLICY_OPTION } from './balancer.ts';
import type { LivePolicy } from './live-policy.ts';
import type { DecisionObserver } from './policy-decision.ts';

/**
 * Returns grpc-js's options for a call policy. They disable grpc-js's own retries and service configs, which have fewer
 * fields than a call policy and other semantics. Without a policy the mesh enforces it, and grpc-js's defaults remain.
 */
export function createChannelOptions(
  live: LivePolicy | undefined,
  observe: DecisionObserver,
): ChannelOptions {
  const base = { 'grpc.enable_retries': 0, 'grpc.service_config_disable_resolution': 1 };
  if (!live) return base;
  const config = { loadBalancingConfig: [{ [BALANCER_NAME]: {} }], methodConfig: [] };
  return {
    ...base,
    'grpc.service_config': JSON.stringify(config),
    [POLICY_OPTION]: live,
    [OBSERVER_OPTION]: observe,
  };
}
