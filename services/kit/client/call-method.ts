import {
  type ClientReadableStream,
  type Client as GrpcClient,
  type ServiceError as GrpcError,
  type MethodDefinition as GrpcMethod,
  Metadata,
} from '@grpc/grpc-js';
import { ServiceError, serviceError } from '../errors.ts';
import { fromStatus } from '../grpc/error-status.ts';
import { pump } from '../grpc/pump.ts';
import { REQUEST_ID_KEY, TRACEPARENT_KEY } from '../server/call-context.ts';
import { CALLER_KEY } from '../server/caller.ts';
import { uuidv7 } from '../uuidv7.ts';
import type { ClientCallOptions } from './client.ts';

export interface MethodOptions {
  readonly caller: string;
  /** Milliseconds that a call may take at most. */
  readonly limit: number;
}

type Method = GrpcMethod<unknown, unknown>;
type Messages = AsyncIterable<unknown>;

/** A function in the shape of the method's kind, that makes calls on `grpc`. */
export function callMethod(grpc: GrpcClient, method: Method, options: MethodOptions) {
  if (method.requestStream) {
    return method.responseStream
      ? (requests: Messages, call?: ClientCallOptions) => bidi(grpc, method, options, requests, call)
      : (requests: Messages, call?: ClientCallOptions) => clientStream(grpc, method, options, requests, call);
  }
  return method.responseStream
    ? (request: unknown, call?: ClientCallOptions) => serverStream(grpc, method, options, request, call)
    : (request: unknown, call?: ClientCallOptions) => unary(grpc, method, options, request, call);
}

async function unary(
  grpc: GrpcClient,
  method: Method,
  options: MethodOptions,
  request: unknown,
  call?: ClientCallOptions,
) {
  const outgoing = open(options, call);
  const { path, requestSerialize, responseDeserialize } = method;
  return new Promise<unknown>((resolve, reject) => {
    const sent = grpc.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      outgoing.metadata,
      outgoing.callOptions,
      (error, response) => {
        outgoing.close();
        if (error) reject(outgoing.explain(error));
        else resolve(response);
      },
    );
    outgoing.onCancel(() => sent.cancel());
  });
}

async function clientStream(
  grpc: GrpcClient,
  method: Method,
  options: MethodOptions,
  requests: Messages,
  call?: ClientCallOptions,
) {
  const outgoing = open(options, call);
  const { path, requestSerialize, responseDeserialize } = method;
  const answered = new AbortController();
  return new Promise<unknown>((resolve, reject) => {
    const sent = grpc.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      outgoing.metadata,
      outgoing.callOptions,
      (error, response) => {
        outgoing.close();
        answered.abort();
        if (error) reject(outgoing.explain(error));
        else resolve(response);
      },
    );
    outgoing.onCancel(() => sent.cancel());
    pump(requests, sent, answered.signal).then(
      () => sent.end(),
      (error: unknown) => {
        // The callee may answer before it has read everything.
        if (answered.signal.aborted) return;
        reject(error);
        sent.cancel();
      },
    );
  });
}

async function* serverStream(
  grpc: GrpcClient,
  method: Method,
  options: MethodOptions,
  request: unknown,
  call?: ClientCallOptions,
) {
  const outgoing = open(options, call);
  const { path, requestSerialize, responseDeserialize } = method;
  const received = grpc.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    request,
    outgoing.metadata,
    outgoing.callOptions,
  );
  yield* responses(received, outgoing);
}

async function* bidi(
  grpc: GrpcClient,
  method: Method,
  options: MethodOptions,
  requests: Messages,
  call?: ClientCallOptions,
) {
  const outgoing = open(options, call);
  const { path, requestSerialize, responseDeserialize } = method;
  const stream = grpc.makeBidiStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    outgoing.metadata,
    outgoing.callOptions,
  );
  const answered = new AbortController();
  let failure: unknown;
  pump(requests, stream, answered.signal).then(
    () => stream.end(),
    (error: unknown) => {
      if (answered.signal.aborted) return;
      failure = error;
      stream.cancel();
    },
  );
  try {
    yield* responses(stream, outgoing);
  } catch (error) {
    throw failure ?? error;
  } finally {
    answered.abort();
  }
}

async function* responses(stream: ClientReadableStream<unknown>, outgoing: Outgoing) {
  outgoing.onCancel(() => stream.cancel());
  // After the reader has stopped, the cancelled call still emits its status.
  stream.on('error', () => {});
  try {
    yield* stream;
  } catch (error) {
    throw outgoing.explain(error);
  } finally {
    outgoing.close();
    stream.cancel();
  }
}

interface Outgoing {
  readonly metadata: Metadata;
  readonly callOptions: { readonly deadline: number };
  onCancel(cancel: () => void): void;
  close(): void;
  explain(error: unknown): unknown;
}

/**
 * What a call sends and how it is given up.
 * @throws ServiceError when its time is over, or it was given up, before it began
 */
function open(options: MethodOptions, call: ClientCallOptions = {}): Outgoing {
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
