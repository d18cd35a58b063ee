import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { CalleeVersion, CallOptions, CallResult } from '../probe.ts';

/** A caller whose calls are under a policy. */
export interface ProbeCaller {
  call(options: CallOptions): Promise<CallResult>;
  close(): void;
}

/**
 * Opens a caller whose policy one layer enforces.
 * @param addresses `host:port` of each callee, or one DNS name for a layer that discovers endpoints itself
 * @param versions versions of the callees. @default one version
 */
export type OpenCaller = (
  policy: CallPolicy,
  addresses: readonly string[],
  versions?: readonly CalleeVersion[],
) => ProbeCaller;
