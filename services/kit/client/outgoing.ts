import { type ServiceError as GrpcError, Metadata } from '@grpc/grpc-js';
import { fromStatus } from '../grpc/error-status.ts';
import { CANARY_KEY, REQUEST_ID_KEY, TRACEPARENT_KEY } from '../server/call-context.ts';
import { CALLER_KEY } from '../server/caller.ts';
import { ServiceError, serviceError } from '../service-error.ts';
import { uuidv7 } from '../uuidv7.ts';
import type { ClientCallOptions } from './client.ts';

export interface MethodOptions {
  readonly caller: string;
  /** Milliseconds that a call may take at most. */
  readonly limit: number;
}

/** A call that is being made. */
export interface Outgoing {
  readonly metadata: Metadata;
  readonly callOptions: { readonly deadline: number };
  /** Says how to give the call up; done when one of its signals aborts. */
  onCancel(cancel: () => void): void;
  /** Says that the call is over. */
  close(): void;
  /** What a failure of the call is to its caller: a ServiceError. */
  explain(error: unknown): unknown;
}

/**
 * What a call sends and how it is given up.
 * @throws ServiceError when its time is over, or it was given up, before it began
 */
export function open(options: MethodOptions, call: ClientCallOptions = {}): Outgoing {
  const { context, signal, timeoutMs = Number.POSITIVE_INFINITY } = call;
  const now = Date.now();
  const deadline = Math.min(
    context?.deadline ?? Number.POSITIVE_INFINITY,
    now + Math.min(timeoutMs, options.limit),
  );
  const signals = [context?.signal, signal].filter((one) => one !== undefined);
  for (const one of signals) if (one.aborted) throw givenUp(one);
  if (deadline <= now) throw serviceError('deadline-exceeded');

  const metadata = new Metadata();
  metadata.set(CALLER_KEY, options.caller);
  metadata.set(REQUEST_ID_KEY, context?.requestId ?? uuidv7());
  if (context?.traceparent) metadata.set(TRACEPARENT_KEY, context.traceparent);
  if (context?.canary) metadata.set(CANARY_KEY, context.canary);

  let abort = () => {};
  return {
    metadata,
    callOptions: { deadline },
    onCancel: (cancel) => {
      abort = cancel;
      for (const one of signals) one.addEventListener('abort', abort, { once: true });
    },
    close: () => {
      for (const one of signals) one.removeEventListener('abort', abort);
    },
    explain: (error) => {
      const aborted = signals.find((one) => one.aborted);
      if (aborted) return givenUp(aborted);
      return isGrpcError(error) ? fromStatus(error) : error;
    },
  };
}

function givenUp(signal: AbortSignal): ServiceError {
  return signal.reason instanceof ServiceError
    ? signal.reason
    : serviceError('cancelled', { cause: signal.reason });
}

function isGrpcError(error: unknown): error is GrpcError {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;
}
