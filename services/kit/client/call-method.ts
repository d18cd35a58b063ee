import type {
  ClientReadableStream,
  Client as GrpcClient,
  MethodDefinition as GrpcMethod,
} from '@grpc/grpc-js';
import { pump } from '../grpc/pump.ts';
import type { ClientCallOptions } from './client.ts';
import { type MethodOptions, type Outgoing, open } from './outgoing.ts';

type Method = GrpcMethod<unknown, unknown>;
type Messages = AsyncIterable<unknown>;

/** What all calls of one method share. */
interface Target {
  readonly grpc: GrpcClient;
  readonly method: Method;
  readonly options: MethodOptions;
}

/** A function in the shape of the method's kind, that makes calls on `grpc`. */
export function callMethod(grpc: GrpcClient, method: Method, options: MethodOptions) {
  const target: Target = { grpc, method, options };
  if (method.requestStream) {
    return method.responseStream
      ? (requests: Messages, call?: ClientCallOptions) => bidi(target, requests, call)
      : (requests: Messages, call?: ClientCallOptions) => clientStream(target, requests, call);
  }
  return method.responseStream
    ? (request: unknown, call?: ClientCallOptions) => serverStream(target, request, call)
    : (request: unknown, call?: ClientCallOptions) => unary(target, request, call);
}

async function unary({ grpc, method, options }: Target, request: unknown, call?: ClientCallOptions) {
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

async function clientStream({ grpc, method, options }: Target, requests: Messages, call?: ClientCallOptions) {
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

async function* serverStream({ grpc, method, options }: Target, request: unknown, call?: ClientCallOptions) {
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

async function* bidi({ grpc, method, options }: Target, requests: Messages, call?: ClientCallOptions) {
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
