import type {
  ClientReadableStream,
  ClientWritableStream,
  Client as GrpcClient,
  MethodDefinition as GrpcMethod,
  Metadata,
} from '@grpc/grpc-js';
import { writeMessages } from '../grpc/message-streams.ts';
import { outsideTrace } from '../telemetry/tracing.ts';
import type { CallMethod } from './attempt-strategy.ts';
import { attemptClientStream, attemptResponseStream } from './attempt-stream.ts';
import { attemptUnary } from './attempt-unary.ts';
import { beginCall } from './begin-call.ts';
import type { CallLayer } from './call-layer.ts';
import type { CallObserver } from './call-metrics.ts';
import type { CallSpanTemplate } from './call-span.ts';
import type { ClientCallOptions } from './client.ts';

type Messages = AsyncIterable<unknown>;

/** The state that all calls of one method share. */
export interface MethodTarget {
  readonly grpc: GrpcClient;
  readonly definition: GrpcMethod<unknown, unknown>;
  readonly method: CallMethod;
  readonly layer: CallLayer;
  /** Name of the calling service. */
  readonly caller: string;
  readonly spans: CallSpanTemplate;
  /** Is notified of the begin and the end of each call. */
  readonly onBegin: CallObserver | undefined;
}

/** Returns the client's function for one method. Its calls are made under the policy of `layer` (see call-layer.ts). */
export function createMethod(target: MethodTarget) {
  if (target.definition.requestStream) {
    return target.definition.responseStream
      ? (requests: Messages, call?: ClientCallOptions) => bidi(target, requests, call)
      : (requests: Messages, call?: ClientCallOptions) => clientStream(target, requests, call);
  }
  return target.definition.responseStream
    ? (request: unknown, call?: ClientCallOptions) => serverStream(target, request, call)
    : (request: unknown, call?: ClientCallOptions) => unary(target, request, call);
}

async function unary(target: MethodTarget, request: unknown, call?: ClientCallOptions): Promise<unknown> {
  const { grpc, definition, method, layer } = target;
  const { outgoing, end } = beginCall(target, call);
  try {
    const response = await layer.run(outgoing, method, attemptUnary(grpc, definition, request, outgoing));
    end();
    return response;
  } catch (error) {
    throw end(error);
  }
}

async function clientStream(
  target: MethodTarget,
  requests: Messages,
  call?: ClientCallOptions,
): Promise<unknown> {
  const { grpc, definition, method, layer } = target;
  const { path, requestSerialize, responseDeserialize } = definition;
  const { outgoing, end } = beginCall(target, call);
  const writer = new RequestWriter(requests);
  const start = attemptClientStream(outgoing, (attempt, deadline, callback) => {
    const metadata = outgoing.createMetadata(attempt);
    const options = { deadline };
    const stream = outsideTrace(() =>
      grpc.makeClientStreamRequest(path, requestSerialize, responseDeserialize, metadata, options, callback),
    );
    return writer.writeTo(stream);
  });
  try {
    const response = await layer.runOnce(outgoing, method, start);
    end();
    return response;
  } catch (error) {
    throw writer.explain(end(error));
  } finally {
    writer.stop();
  }
}

function serverStream(target: MethodTarget, request: unknown, call?: ClientCallOptions) {
  const { grpc, definition } = target;
  const { path, requestSerialize, responseDeserialize } = definition;
  return readResponses(target, call, undefined, (metadata, deadline) =>
    outsideTrace(() =>
      grpc.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata, {
        deadline,
      }),
    ),
  );
}

function bidi(target: MethodTarget, requests: Messages, call?: ClientCallOptions) {
  const { grpc, definition } = target;
  const { path, requestSerialize, responseDeserialize } = definition;
  const writer = new RequestWriter(requests);
  return readResponses(target, call, writer, (metadata, deadline) =>
    writer.writeTo(
      outsideTrace(() =>
        grpc.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata, { deadline }),
      ),
    ),
  );
}

/**
 * Makes a call with a stream of responses. The call begins with the first read.
 * @param writer undefined for a single request, which may be sent again
 */
async function* readResponses(
  target: MethodTarget,
  call: ClientCallOptions | undefined,
  writer: RequestWriter | undefined,
  open: (metadata: Metadata, deadline: number) => ClientReadableStream<unknown>,
) {
  const { method, layer } = target;
  const { outgoing, end } = beginCall(target, call);
  const start = attemptResponseStream(outgoing, (attempt, deadline) =>
    open(outgoing.createMetadata(attempt), deadline),
  );
  let isOver = false;
  try {
    yield* await (writer ? layer.runOnce(outgoing, method, start) : layer.run(outgoing, method, start));
  } catch (error) {
    isOver = true;
    const callerError = end(error);
    throw writer ? writer.explain(callerError) : callerError;
  } finally {
    writer?.stop();
    if (!isOver) end();
  }
}

/** Writes the requests of a streaming call as fast as the callee reads them. */
class RequestWriter {
  readonly #requests: Messages;
  readonly #stopping = new AbortController();
  #failure: { readonly error: unknown } | undefined;

  constructor(requests: Messages) {
    this.#requests = requests;
  }

  /** Starts to write to `stream`, and cancels the call if the requests throw. */
  writeTo<S extends ClientWritableStream<unknown>>(stream: S): S {
    writeMessages(this.#requests, stream, this.#stopping.signal).then(
      () => stream.end(),
      (error: unknown) => {
        // The callee may respond before it has read all requests.
        if (this.#stopping.signal.aborted) return;
        this.#failure = { error };
        stream.cancel();
      },
    );
    return stream;
  }

  /** Stops reading the requests, since the call is over. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Returns the error that the requests threw if they did, `callError` otherwise. */
  explain(callError: unknown): unknown {
    return this.#failure ? this.#failure.error : callError;
  }
}
