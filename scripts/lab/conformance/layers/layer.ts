import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { CalleeVersion, CallOptions, CallResult } from '../probe.ts';

/** A caller under a policy. */
export interface ProbeCaller {
  call(options: CallOptions): Promise<CallResult>;
  close(): void;
}

/**
 * Makes callers whose policy one layer enforces, of callees that are of one version unless `versions` tells them apart.
 * @param addresses `host:port` of each callee, or the one name of all for a layer that finds them itself
 */
export type OpenCaller = (
  policy: CallPolicy,
  addresses: readonly string[],
  versions?: readonly CalleeVersion[],
) => ProbeCaller;
