import type {
  CallContext,
  MethodDefinition,
  RequestOf,
  ResponseOf,
  ServiceDefinition,
} from '../grpc/handlers.ts';

export interface ClientCallOptions {
  /** The call that this one is made for: its deadline, cancellation, request id and trace are inherited. */
  readonly context?: Pick<CallContext, 'signal' | 'deadline' | 'requestId' | 'traceparent' | 'canary'> &
    Partial<Pick<CallContext, 'retried'>>;
  /** Gives the call up as well. */
  readonly signal?: AbortSignal;
  /** Milliseconds; the shortest of this, the policy's timeout and what is left of the parent's deadline holds. */
  readonly timeoutMs?: number;
}

type Method<M extends MethodDefinition> = M['requestStream'] extends true
  ? M['responseStream'] extends true
    ? (requests: AsyncIterable<RequestOf<M>>, options?: ClientCallOptions) => AsyncIterable<ResponseOf<M>>
    : (requests: AsyncIterable<RequestOf<M>>, options?: ClientCallOptions) => Promise<ResponseOf<M>>
  : M['responseStream'] extends true
    ? (request: RequestOf<M>, options?: ClientCallOptions) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, options?: ClientCallOptions) => Promise<ResponseOf<M>>;

/**
 * One function for each method of a service. Fails with a ServiceError: the callee's own, `undeclared-call` for a
 * method that the graph does not grant, or `unavailable`, `deadline-exceeded`, `cancelled`.
 */
export type Client<S extends ServiceDefinition> = {
  readonly [M in keyof S['methods']]: Method<S['methods'][M]>;
};
