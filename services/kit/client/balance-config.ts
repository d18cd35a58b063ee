import type { experimental } from '@grpc/grpc-js';

/** The name by which a service config asks for the balancer of this kit. */
export const BALANCER = 'weft';
/** The channel option that holds the LivePolicy. */
export const POLICY = 'weft.policy';
/** The channel option that holds who is told of decisions. */
export const OBSERVE = 'weft.observe';

/** What a service config says to the balancer: nothing, since a policy that may change is with the channel's options. */
export class BalanceConfig implements experimental.TypedLoadBalancingConfig {
  getLoadBalancerName(): string {
    return BALANCER;
  }

  toJsonObject(): object {
    return { [BALANCER]: {} };
  }

  static createFromJson(): BalanceConfig {
    return new BalanceConfig();
  }
}
