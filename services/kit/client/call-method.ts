import type { Client as GrpcClient, MethodDefinition as GrpcMethod } from '@grpc/grpc-js';
import { pump } from '../grpc/pump.ts';
import { attemptUnary } from './attempt-unary.ts';
import { attemptAnswer, attemptStream } from './attempts.ts';
import { beginCall } from './begin-call.ts';
import type { CallLayer } from './call-layer.ts';
import type { Method } from './call-run.ts';
import type { ClientCallOptions } from './client.ts';

type Messages = AsyncIterable<unknown>;

/** What all calls of one method share. */
export interface Target {
  readonly grpc: GrpcClient;
  readonly definition: GrpcMethod<unknown, unknown>;
  readonly method: Method;
  readonly layer: CallLayer;
  /** Name of the calling service. */
  readonly caller: string;
}

/** A function in the shape of the method's kind, that makes calls under the policy of `layer`. */
export function callMethod(target: Target) {
  if (target.definition.requestStream) {
    return target.definition.responseStream
      ? (requests: Messages, call?: ClientCallOptions) => bidi(target, requests, call)
      : (requests: Messages, call?: ClientCallOptions) => clientStream(target, requests, call);
  }
  return target.definition.responseStream
    ? (request: unknown, call?: ClientCallOptions) => serverStream(target, request, call)
    : (request: unknown, call?: ClientCallOptions) => unary(target, request, call);
}

async function unary(target: Target, request: unknown, call?: ClientCallOptions): Promise<unknown> {
  const { grpc, definition, method, layer } = target;
  const { outgoing, end } = beginCall(target, call);
  try {
    const answer = await layer.run(outgoing, method, attemptUnary(grpc, definition, request, outgoing));
    end();
    return answer;
  } catch (error) {
    throw end(error);
  }
}

async function clientStream(target: Target, requests: Messages, call?: ClientCallOptions): Promise<unknown> {
  const { grpc, definition, method, layer } = target;
  const { path, requestSerialize, responseDeserialize } = definition;
  const { outgoing, end } = beginCall(target, call);
  const reading = new AbortController();
  let unreadable: { readonly error: unknown } | undefined;
  const attempt = attemptAnswer(outgoing, (one, deadline, answered) => {
    const sent = grpc.makeClientStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      outgoing.metadata(one),
      { deadline },
      answered,
    );
    pump(requests, sent, reading.signal).then(
      () => sent.end(),
      (error: unknown) => {
        // The callee may answer before it has read everything.
        if (reading.signal.aborted) return;
        unreadable = { error };
        sent.cancel();
      },
    );
    return sent;
  });
  try {
    const answer = await layer.runOnce(outgoing, method, attempt);
    end();
    return answer;
  } catch (error) {
    const explained = end(error);
    throw unreadable ? unreadable.error : explained;
  } finally {
    reading.abort();
  }
}

async function* serverStream(target: Target, request: unknown, call?: ClientCallOptions) {
  const { grpc, definition, method, layer } = target;
  const { path, requestSerialize, responseDeserialize } = definition;
  const { outgoing, end } = beginCall(target, call);
  const attempt = attemptStream(outgoing, (one, deadline) =>
    grpc.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      outgoing.metadata(one),
      {
        deadline,
      },
    ),
  );
  let isOver = false;
  try {
    yield* await layer.run(outgoing, method, attempt);
  } catch (error) {
    isOver = true;
    throw end(error);
  } finally {
    if (!isOver) end();
  }
}

async function* bidi(target: Target, requests: Messages, call?: ClientCallOptions) {
  const { grpc, definition, method, layer } = target;
  const { path, requestSerialize, responseDeserialize } = definition;
  const { outgoing, end } = beginCall(target, call);
  const reading = new AbortController();
  let unreadable: { readonly error: unknown } | undefined;
  const attempt = attemptStream(outgoing, (one, deadline) => {
    const stream = grpc.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      outgoing.metadata(one),
      { deadline },
    );
    pump(requests, stream, reading.signal).then(
      () => stream.end(),
      (error: unknown) => {
        if (reading.signal.aborted) return;
        unreadable = { error };
        stream.cancel();
      },
    );
    return stream;
  });
  let isOver = false;
  try {
    yield* await layer.runOnce(outgoing, method, attempt);
  } catch (error) {
    isOver = true;
    const explained = end(error);
    throw unreadable ? unreadable.error : explained;
  } finally {
    reading.abort();
    if (!isOver) end();
  }
}
