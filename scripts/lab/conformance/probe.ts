import type { AppVersion } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import type { PolicyField } from '../../../mesh/policy/differences/difference.ts';
import type { ReceivedRequest, Script } from './scripted-callee.ts';

/** How a call ended. */
export interface CallResult {
  /** Name of its gRPC status. */
  readonly code: string;
  /** Milliseconds that it took. */
  readonly durationMs: number;
}

export interface CallOptions {
  /** Value of the header x-request-id. */
  readonly key?: string;
  /** @default true */
  readonly idempotent?: boolean;
}

/** Callees that are of one version. */
export interface CalleeVersion extends AppVersion {
  /** How many they are. */
  readonly callees: number;
}

/** What a probe has to play with: callees, and a caller under its policy. */
export interface ProbeTestbed {
  /** Begins a script at each callee, in turn; those without one answer. */
  setScripts(...scripts: readonly Script[]): Promise<void>;
  /** What each callee has seen since. */
  receivedRequests(): Promise<readonly (readonly ReceivedRequest[])[]>;
  call(options?: CallOptions): Promise<CallResult>;
}

/** Tries one field of a call policy: a callee that misbehaves in one way, and what it and the caller see of it. */
export interface ConformanceProbe {
  readonly field: PolicyField;
  readonly policy: CallPolicy;
  /** @default 1 */
  readonly callees?: number;
  /** What versions the callees are of, in their order. @default one */
  readonly versions?: readonly CalleeVersion[];
  /**
   * Whether callees have no sidecar: what becomes of a stream there is seen by the caller's Envoy as it is. A callee's
   * sidecar answers for a stream that breaks behind it, by UNAVAILABLE. @default false
   */
  readonly isBare?: true;
  /** Whether it is about what sidecars do between pods, and cannot be played on loopback. @default false */
  readonly needsSidecars?: true;
  /** What Envoy does, in the words of `run`. */
  readonly expected: string;
  /** Plays the scene, and says what was seen in words that are the same for all layers that do the same. */
  run(stage: ProbeTestbed): Promise<string>;
}
