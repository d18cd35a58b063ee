import type { experimental } from '@grpc/grpc-js';
import type { OutlierDetection } from '../../../mesh/policy/call-policy.ts';
import type { OwnBalance } from '../balance/pick-of.ts';

/** The name by which a service config asks for the balancer of this kit. */
export const BALANCER = 'weft';
/** The channel option that holds who is told of decisions. */
export const OBSERVE = 'weft.observe';

/** What of a call policy is decided when a host is chosen. */
export interface BalancePolicy {
  readonly balance: OwnBalance;
  readonly outlierDetection?: OutlierDetection;
}

/** A BalancePolicy as grpc-js hands it from the service config to the balancer. */
export class BalanceConfig implements experimental.TypedLoadBalancingConfig {
  readonly policy: BalancePolicy;

  constructor(policy: BalancePolicy) {
    this.policy = policy;
  }

  getLoadBalancerName(): string {
    return BALANCER;
  }

  toJsonObject(): object {
    return { [BALANCER]: this.policy };
  }

  static createFromJson(policy: BalancePolicy): BalanceConfig {
    return new BalanceConfig(policy);
  }
}
