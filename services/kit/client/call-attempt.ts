import type { MetadataOptions } from '@grpc/grpc-js';
import { type Context, context } from '@opentelemetry/api';
import type { CallFailure } from './call-failure.ts';
import type { CalleeEndpoint } from './callee-endpoint.ts';

/**
 * One attempt of a call. grpc-js passes only the Metadata of a call to a picker. The attempt is therefore the
 * `MetadataOptions` of its Metadata, an object that grpc-js passes on unchanged, and the picker records its decision in
 * it. Reusing the object also saves an allocation on the hot path. Each mutable field has one kind of writer:
 *
 * | field            | written by                                                                     |
 * |------------------|--------------------------------------------------------------------------------|
 * | `version`        | `CallLayer`, before the attempt starts                                         |
 * | `endpoint`       | `EndpointPicker` (gRPC) or `attemptHttp` (HTTP), when it chooses an endpoint   |
 * | `isSent`         | the same two, through `markSent()`                                             |
 * | `failure`        | the code that settles `PendingAttempt.response`, before it rejects: attempt-*.ts, fault injection |
 * | `releasePending` | `CallLayer`, before the attempt starts                                         |
 *
 * `AttemptStrategy` and `chooseEndpoint` only read.
 */
export class CallAttempt implements MetadataOptions {
  /** An attempt without a connection fails at once: the call policy decides on retries, not grpc-js. */
  readonly waitForReady = false;
  /** Context of the call's span. grpc-js and undici report the end of an attempt in another context. */
  readonly trace: Context = context.active();
  /** 0 for the first attempt of a call. */
  readonly number: number;
  /** Attempts of the same call, whose endpoints are avoided. May contain this attempt. */
  readonly siblings: readonly CallAttempt[];
  /** Whether the attempt fails if all ready endpoints belong to its siblings. */
  readonly isHedge: boolean;
  /** Version of the callee that the call is routed to; undefined for any version. */
  version: string | undefined;
  endpoint: CalleeEndpoint | undefined;
  /** Whether a part of the request may have left this process. */
  isSent = false;
  /** Undefined until the attempt fails, and if the caller cancelled it or caused the error. */
  failure: CallFailure | undefined;
  /** Ends the attempt's wait for a connection. Undefined if it does not count as pending. */
  releasePending: (() => void) | undefined;

  constructor(number: number, siblings: readonly CallAttempt[], isHedge = false) {
    this.number = number;
    this.siblings = siblings;
    this.isHedge = isHedge;
  }

  /** Records that the request is about to leave this process. */
  markSent(): void {
    this.isSent = true;
    this.releasePending?.();
  }
}

/** An attempt in progress. */
export interface PendingAttempt<T> {
  /** Rejects after the reason is stored in the attempt's `failure`. */
  readonly response: Promise<T>;
  cancel(): void;
}

/** Starts one attempt, which must have a response before `deadline` (milliseconds since the epoch, or Infinity). */
export type StartAttempt<T> = (attempt: CallAttempt, deadline: number) => PendingAttempt<T>;
