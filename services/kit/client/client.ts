import type {
  CallContext,
  MethodDefinition,
  RequestOf,
  ResponseOf,
  ServiceDefinition,
} from '../grpc/handlers.ts';

export interface ClientCallOptions {
  /**
   * The request that the call is made for. The call inherits its deadline, cancellation and request id. Its trace is
   * that of the running asynchronous work, with or without this option.
   */
  readonly context?: Pick<CallContext, 'signal' | 'deadline' | 'requestId' | 'canary'> &
    Partial<Pick<CallContext, 'isRetry'>>;
  /** Cancels the call as well. */
  readonly signal?: AbortSignal;
  /** Milliseconds. The earliest of this, the policy's timeout and the context's deadline applies. @default no limit */
  readonly timeoutMs?: number;
}

type ClientMethod<M extends MethodDefinition> = M['requestStream'] extends true
  ? M['responseStream'] extends true
    ? (requests: AsyncIterable<RequestOf<M>>, options?: ClientCallOptions) => AsyncIterable<ResponseOf<M>>
    : (requests: AsyncIterable<RequestOf<M>>, options?: ClientCallOptions) => Promise<ResponseOf<M>>
  : M['responseStream'] extends true
    ? (request: RequestOf<M>, options?: ClientCallOptions) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, options?: ClientCallOptions) => Promise<ResponseOf<M>>;

/**
 * One function per method of a service. Each fails with a ServiceError: the callee's own, `undeclared-call` for a
 * method that the graph does not grant, or `unavailable`, `deadline-exceeded`, `cancelled`.
 */
export type Client<S extends ServiceDefinition> = {
  readonly [M in keyof S['methods']]: ClientMethod<S['methods'][M]>;
};
