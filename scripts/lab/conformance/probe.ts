import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { PolicyField } from '../../../mesh/policy/differences/difference.ts';
import type { ReceivedRequest, Script } from './scripted-callee.ts';

export interface CallResult {
  /** Name of the gRPC status. */
  readonly code: string;
  readonly durationMs: number;
}

export interface CallOptions {
  /** Value of the header x-request-id. */
  readonly key?: string;
  /** @default true */
  readonly idempotent?: boolean;
}

/** A version of the callee. */
export interface CalleeVersion extends AppVersion {
  /** Number of callees of this version. */
  readonly callees: number;
}

/** Scripted callees, and a caller under the policy of a probe. */
export interface ProbeTestbed {
  /** Sets the script of each callee, in order, and clears its requests. Callees without a script answer. */
  setScripts(...scripts: readonly Script[]): Promise<void>;
  /** Returns the requests that each callee received since its script was set. */
  receivedRequests(): Promise<readonly (readonly ReceivedRequest[])[]>;
  call(options?: CallOptions): Promise<CallResult>;
}

/** A test of one field of a call policy. Callees misbehave in one way; the probe observes the calls and their attempts. */
export interface ConformanceProbe {
  readonly field: PolicyField;
  readonly policy: CallPolicy;
  /** Number of callees. @default 1 */
  readonly callees?: number;
  /** The versions of the callees, in their order. @default one version */
  readonly versions?: readonly CalleeVersion[];
  /**
   * Whether the callees run without a sidecar, so that the caller's Envoy observes their streams directly. A callee's
   * sidecar turns broken streams of its process into UNAVAILABLE. @default false
   */
  readonly isBare?: true;
  /** Whether the field is about sidecars, so that the probe cannot run on loopback. @default false */
  readonly needsSidecars?: true;
  /** The result with Envoy, in the words of `run`. */
  readonly expected: string;
  /** Runs the probe. @returns a description that is equal for layers with equal behavior */
  run(testbed: ProbeTestbed): Promise<string>;
}
