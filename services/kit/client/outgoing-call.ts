import { Metadata } from '@grpc/grpc-js';
import { context as active, type Context, propagation, type TextMapSetter } from '@opentelemetry/api';
import { ServiceError, serviceError } from '../errors/service-error.ts';
import { uuidv7 } from '../fields/uuid.ts';
import { CALLER_KEY, CANARY_KEY, REQUEST_ID_KEY, RETRY_KEY } from '../grpc/call-context.ts';
import { fromStatus } from '../grpc/error-status.ts';
import type { CallAttempt } from './call-attempt.ts';
import { isGrpcError } from './call-failure.ts';
import type { ClientCallOptions } from './client.ts';

const NOOP = () => {};
const NO_SIGNALS: readonly AbortSignal[] = [];

type Headers = { set(name: string, value: string): unknown };

const HEADER_SETTER: TextMapSetter<Headers> = { set: (headers, name, value) => headers.set(name, value) };

/** A call in progress: its deadline, its cancellation and the headers of its attempts. */
export class OutgoingCall {
  /** Milliseconds since the epoch, or Infinity. */
  readonly deadline: number;
  /** Whether the timeout of the policy set the deadline. */
  readonly isPolicyDeadline: boolean;
  /** Parent of the callee's spans. */
  trace: Context = active.active();
  /** The attempt that was started last. */
  lastAttempt: CallAttempt | undefined;
  readonly #caller: string;
  readonly #context: ClientCallOptions['context'];
  readonly #requestId: string;
  readonly #signals: readonly AbortSignal[];
  readonly #headers: Readonly<Record<string, string>> | undefined;
  #cancelListeners: Set<() => void> | undefined;

  /**
   * @param maxDurationMs time limit of the policy, in milliseconds; Infinity for none
   * @param headers sent with each attempt, names in lower case
   * @throws ServiceError if the call is cancelled or past its deadline already
   */
  constructor(
    caller: string,
    maxDurationMs: number,
    call: ClientCallOptions = {},
    headers?: Readonly<Record<string, string>>,
  ) {
    const { context, signal, timeoutMs = Number.POSITIVE_INFINITY } = call;
    const now = Date.now();
    this.deadline = Math.min(
      context?.deadline ?? Number.POSITIVE_INFINITY,
      now + Math.min(timeoutMs, maxDurationMs),
    );
    this.isPolicyDeadline = this.deadline === now + maxDurationMs && Number.isFinite(maxDurationMs);
    this.#signals = listSignals(context?.signal, signal);
    for (const one of this.#signals) if (one.aborted) throw cancellationError(one);
    if (this.deadline <= now) throw serviceError('deadline-exceeded');
    for (const one of this.#signals) one.addEventListener('abort', this.#cancel, { once: true });
    this.#caller = caller;
    this.#context = context;
    this.#headers = headers;
    this.#requestId = context?.requestId ?? uuidv7();
  }

  /** Whether the call is made for a request that is itself a retry. Retrying it as well would multiply the load. */
  get isForRetry(): boolean {
    return this.#context?.isRetry === true;
  }

  get isCancelled(): boolean {
    return this.#signals.some(({ aborted }) => aborted);
  }

  /** Returns the Metadata of an attempt, which carries the attempt itself as its options. */
  createMetadata(attempt: CallAttempt): Metadata {
    const metadata = new Metadata(attempt);
    this.writeHeaders(attempt.number, metadata);
    if (attempt.number > 0) metadata.set('grpc-previous-rpc-attempts', String(attempt.number));
    return metadata;
  }

  /** Returns the value of a header that every attempt sends. */
  readHeader(name: string): string | undefined {
    const headers = new Map<string, string>();
    this.writeHeaders(0, headers);
    return headers.get(name);
  }

  /** Adds the headers of attempt number `attemptNumber`, which are the same in gRPC and HTTP. */
  writeHeaders(attemptNumber: number, headers: Headers): void {
    if (this.#headers) for (const [name, value] of Object.entries(this.#headers)) headers.set(name, value);
    headers.set(CALLER_KEY, this.#caller);
    headers.set(REQUEST_ID_KEY, this.#requestId);
    propagation.inject(this.trace, headers, HEADER_SETTER);
    if (this.#context?.canary) headers.set(CANARY_KEY, this.#context.canary);
    if (attemptNumber > 0 || this.isForRetry) headers.set(RETRY_KEY, 'true');
  }

  /**
   * Calls `cancel` when the caller cancels the call.
   * @returns a function that removes the listener
   */
  onCancel(cancel: () => void): () => void {
    // Most calls cannot be cancelled: allocate nothing for them.
    if (this.#signals.length === 0) return NOOP;
    this.#cancelListeners ??= new Set();
    this.#cancelListeners.add(cancel);
    return () => this.#cancelListeners?.delete(cancel);
  }

  /** Waits `ms` milliseconds, or until the call is cancelled. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        removeListener();
        resolve();
      };
      const timer = setTimeout(finish, ms);
      const removeListener = this.onCancel(finish);
    });
  }

  /** Removes the listeners from the caller's signals, which may outlive the call. */
  close(): void {
    for (const one of this.#signals) one.removeEventListener('abort', this.#cancel);
  }

  /** Returns the error that the caller receives: a ServiceError for a cancelled call or a gRPC status, else `error`. */
  toCallerError(error: unknown): unknown {
    const aborted = this.#signals.find((one) => one.aborted);
    if (aborted) return cancellationError(aborted);
    return isGrpcError(error) ? fromStatus(error) : error;
  }

  readonly #cancel = () => {
    for (const cancel of this.#cancelListeners ?? []) cancel();
  };
}

function listSignals(one: AbortSignal | undefined, other: AbortSignal | undefined): readonly AbortSignal[] {
  if (one && other) return [one, other];
  const only = one ?? other;
  return only ? [only] : NO_SIGNALS;
}

function cancellationError(signal: AbortSignal): ServiceError {
  return signal.reason instanceof ServiceError
    ? signal.reason
    : serviceError('cancelled', { cause: signal.reason });
}
