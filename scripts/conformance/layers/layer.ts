import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { CalleeVersion, CallOptions } from '../probe.ts';

/** A caller under a policy. */
export interface ProbeCaller {
  /** Name of the gRPC status that the call ended with. */
  call(options: CallOptions): Promise<string>;
  close(): void;
}

/** Makes callers whose policy one layer enforces, of callees that are of one version unless `versions` tells them apart. */
export type OpenCaller = (
  policy: CallPolicy,
  addresses: readonly string[],
  versions?: readonly CalleeVersion[],
) => ProbeCaller;
