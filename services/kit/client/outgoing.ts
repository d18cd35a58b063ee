import { Metadata } from '@grpc/grpc-js';
import { ServiceError, serviceError } from '../errors/service-error.ts';
import { uuidv7 } from '../fields/uuid.ts';
import { CANARY_KEY, REQUEST_ID_KEY, RETRY_KEY, TRACEPARENT_KEY } from '../grpc/call-context.ts';
import { CALLER_KEY } from '../grpc/caller.ts';
import { fromStatus } from '../grpc/error-status.ts';
import type { ClientCallOptions } from './client.ts';
import { isGrpcError } from './failure.ts';
import type { Try } from './try.ts';

const NOTHING = () => {};

/** A call that is being made: what each of its tries sends, how long it may take, and how it is given up. */
export class Outgoing {
  /** Milliseconds since the epoch, or Infinity. */
  readonly deadline: number;
  readonly #caller: string;
  readonly #context: ClientCallOptions['context'];
  readonly #requestId: string;
  readonly #signals: readonly AbortSignal[];
  readonly #headers: Readonly<Record<string, string>> | undefined;
  #cancels: Set<() => void> | undefined;

  /**
   * @param limitMs milliseconds that it may take at most
   * @param headers what its tries send besides, names in lower case
   * @throws ServiceError when its time is over, or it was given up, before it began
   */
  constructor(
    caller: string,
    limitMs: number,
    call: ClientCallOptions = {},
    headers?: Readonly<Record<string, string>>,
  ) {
    const { context, signal, timeoutMs = Number.POSITIVE_INFINITY } = call;
    const now = Date.now();
    this.deadline = Math.min(
      context?.deadline ?? Number.POSITIVE_INFINITY,
      now + Math.min(timeoutMs, limitMs),
    );
    this.#signals = signalsOf(context?.signal, signal);
    for (const one of this.#signals) if (one.aborted) throw givenUp(one);
    if (this.deadline <= now) throw serviceError('deadline-exceeded');
    for (const one of this.#signals) one.addEventListener('abort', this.#cancel, { once: true });
    this.#caller = caller;
    this.#context = context;
    this.#headers = headers;
    this.#requestId = context?.requestId ?? uuidv7();
  }

  /** Whether it is made for a call that is itself a retry; it must not be multiplied then. */
  get retried(): boolean {
    return this.#context?.retried === true;
  }

  get isGivenUp(): boolean {
    return this.#signals.some(({ aborted }) => aborted);
  }

  /** What `one` of its tries sends. */
  metadata(one: Try): Metadata {
    const metadata = new Metadata(one);
    this.write(one.attempt, metadata);
    if (one.attempt > 0) metadata.set('grpc-previous-rpc-attempts', String(one.attempt));
    return metadata;
  }

  /** Value of a header that all of its tries send. */
  header(name: string): string | undefined {
    const headers = new Map<string, string>();
    this.write(0, headers);
    return headers.get(name);
  }

  /** Adds to `headers` what a try sends, whatever the protocol. */
  write(attempt: number, headers: { set(name: string, value: string): unknown }): void {
    if (this.#headers) for (const [name, value] of Object.entries(this.#headers)) headers.set(name, value);
    headers.set(CALLER_KEY, this.#caller);
    headers.set(REQUEST_ID_KEY, this.#requestId);
    if (this.#context?.traceparent) headers.set(TRACEPARENT_KEY, this.#context.traceparent);
    if (this.#context?.canary) headers.set(CANARY_KEY, this.#context.canary);
    if (attempt > 0 || this.retried) headers.set(RETRY_KEY, 'true');
  }

  /**
   * Says what to stop when the call is given up.
   * @returns what takes that back
   */
  onCancel(cancel: () => void): () => void {
    // Most calls have one try, and many nobody who could give them up.
    if (this.#signals.length === 0) return NOTHING;
    this.#cancels ??= new Set();
    this.#cancels.add(cancel);
    return () => this.#cancels?.delete(cancel);
  }

  /** Waits; less when the call is given up. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        forget();
        resolve();
      };
      const timer = setTimeout(done, ms);
      const forget = this.onCancel(done);
    });
  }

  /** Says that the call is over. */
  close(): void {
    for (const one of this.#signals) one.removeEventListener('abort', this.#cancel);
  }

  /** What a failure of the call is to its caller: a ServiceError. */
  explain(error: unknown): unknown {
    const aborted = this.#signals.find((one) => one.aborted);
    if (aborted) return givenUp(aborted);
    return isGrpcError(error) ? fromStatus(error) : error;
  }

  readonly #cancel = () => {
    for (const cancel of this.#cancels ?? []) cancel();
  };
}

const NO_SIGNALS: readonly AbortSignal[] = [];

function signalsOf(one: AbortSignal | undefined, other: AbortSignal | undefined): readonly AbortSignal[] {
  if (one && other) return [one, other];
  const only = one ?? other;
  return only ? [only] : NO_SIGNALS;
}

function givenUp(signal: AbortSignal): ServiceError {
  return signal.reason instanceof ServiceError
    ? signal.reason
    : serviceError('cancelled', { cause: signal.reason });
}
