import {
  type MethodDefinition as GrpcMethod,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { context as active } from '@opentelemetry/api';
import { ServiceError, serviceError } from '../errors/service-error.ts';
import { createCallContext, type ServerCall } from '../grpc/call-context.ts';
import { MAX_MESSAGE_BYTES } from '../grpc/connection-options.ts';
import { toStatus } from '../grpc/error-status.ts';
import type { CallContext } from '../grpc/handlers.ts';
import { readMessages, writeMessages } from '../grpc/message-streams.ts';
import { isStoreUnavailable } from '../store/is-store-unavailable.ts';
import { NoResponseError } from '../store/store-client.ts';
import { activeExemplar } from '../telemetry/active-exemplar.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { withTlsAdvice } from '../tls/tls-problem.ts';
import type { EndRequest } from './admission/admission-control.ts';
import type { ImplementedMethod } from './implement.ts';
import { endServerSpan, startServerSpan } from './server-span.ts';

export interface ServeOptions {
  readonly log: Log;
  /** Throws when the caller may not call the method path. */
  readonly authorize: (caller: string, path: string) => void;
  /** Admits a request of `caller` or throws. @default all requests are admitted */
  readonly admit?: (caller: string, isStream: boolean) => EndRequest;
  /** Injects a fault before a call is handled. @default none */
  readonly injectFault?: (context: CallContext) => Promise<void>;
  /** Records the duration of each call. @default none */
  readonly metrics?: Metrics;
  /** Aborts when the server stops. Streams then end; unary calls run to completion. */
  readonly stopping: AbortSignal;
  /** Level of the log line of each call. */
  readonly logLevel: 'debug' | 'info';
}

type Unary = ServerUnaryCall<unknown, unknown>;
type Readable = ServerReadableStream<unknown, unknown>;
type Writable = ServerWritableStream<unknown, unknown>;
type Duplex = ServerDuplexStream<unknown, unknown>;
type SendResponse = sendUnaryData<unknown>;

/**
 * Returns `method` as a grpc-js handler that authorizes, admits and logs each call and maps errors to statuses. The
 * handler encodes responses itself, so that one above the size limit becomes the error `answer-too-large`.
 */
export function serveMethod(
  { path, responseSerialize }: Pick<GrpcMethod<unknown, unknown>, 'path' | 'responseSerialize'>,
  method: ImplementedMethod,
  options: ServeOptions,
): UntypedHandleCall {
  const encode = (message: unknown): Buffer => {
    const bytes = responseSerialize(message);
    if (bytes.length <= MAX_MESSAGE_BYTES) return bytes;
    throw serviceError('answer-too-large', {
      metadata: { limit: String(MAX_MESSAGE_BYTES), bytes: String(bytes.length) },
    });
  };
  switch (method.kind) {
    case 'unary':
      return (call: Unary, respond: SendResponse) =>
        serve(path, call, undefined, options, respond, async (context) => {
          respond(null, encode(await method.handle(call.request, context)));
        });
    case 'clientStream':
      return (call: Readable, respond: SendResponse) =>
        serve(path, call, undefined, options, respond, async (context) => {
          respond(null, encode(await method.handle(readMessages(call, context.signal), context)));
        });
    case 'serverStream':
      return (call: Writable) =>
        serve(path, call, options.stopping, options, fail(call), async (context) => {
          await writeMessages(method.handle(call.request, context), call, context.signal, encode);
          call.end();
        });
    case 'bidi':
      return (call: Duplex) =>
        serve(path, call, options.stopping, options, fail(call), async (context) => {
          await writeMessages(
            method.handle(readMessages(call, context.signal), context),
            call,
            context.signal,
            encode,
          );
          call.end();
        });
  }
}

/** Serves a call in the context of its span, which the handler's own calls and statements inherit. */
function serve(
  path: string,
  call: ServerCall,
  stopping: AbortSignal | undefined,
  options: ServeOptions,
  reject: (error: ReturnType<typeof toStatus>) => void,
  run: (context: CallContext) => Promise<void>,
): Promise<void> {
  const { span, trace } = startServerSpan(path, call.metadata);
  return active.with(trace, async () => {
    const { code, context } = await handleCall(path, call, stopping, options, reject, run);
    endServerSpan(span, code, context);
  });
}

async function handleCall(
  path: string,
  call: ServerCall,
  stopping: AbortSignal | undefined,
  options: ServeOptions,
  reject: (error: ReturnType<typeof toStatus>) => void,
  run: (context: CallContext) => Promise<void>,
): Promise<{ readonly code: status; readonly context: CallContext }> {
  const started = performance.now();
  const { context, abort, end } = createCallContext(call, options.log);
  const stop = () => abort(stopping?.reason);
  stopping?.addEventListener('abort', stop);
  let code = status.OK;
  let endRequest: EndRequest | undefined;
  let isAuthorized = false;
  try {
    options.authorize(context.caller, path);
    isAuthorized = true;
    endRequest = options.admit?.(context.caller, stopping !== undefined);
    if (options.injectFault) await options.injectFault(context);
    await run(context);
  } catch (thrown) {
    const error = asServiceError(thrown, context);
    if (error.code === 'internal' || error.code === 'answer-too-large')
      context.log.error('handler failed', { method: path, error: thrown });
    code = error.grpc;
    if (!call.cancelled) reject(toStatus(error));
  }
  end();
  endRequest?.(code === status.OK);
  stopping?.removeEventListener('abort', stop);
  const { caller } = context;
  const durationMs = performance.now() - started;
  const labels = {
    rpc_method: path.slice(1),
    rpc_status_code: status[code] ?? '',
    // A client without a certificate names itself, and could otherwise fill the series of the metric.
    weft_caller: isAuthorized ? caller : 'unknown',
  };
  options.metrics?.observe('rpc_server_call_duration_seconds', labels, durationMs / 1_000, activeExemplar());
  context.log[options.logLevel]('call', {
    method: path,
    caller,
    status: status[code],
    milliseconds: Math.round(durationMs * 10) / 10,
  });
  return { code, context };
}

/** Returns the error for the caller. The text of an unexpected error may hold internal data, so it is only logged. */
function asServiceError(thrown: unknown, context: CallContext): ServiceError {
  if (thrown instanceof ServiceError) return thrown;
  if (context.signal.aborted && context.signal.reason instanceof ServiceError) return context.signal.reason;
  if (isStoreUnavailable(thrown)) {
    context.log.warn('the database is unavailable or out of disk space; failing the call', {
      error: thrown,
      reason: withTlsAdvice(thrown),
    });
    return serviceError('unavailable', { cause: thrown });
  }
  if (thrown instanceof NoResponseError) {
    context.log.warn('the database did not respond; the outcome of the call is unknown', { error: thrown });
    return serviceError('deadline-exceeded', { cause: thrown });
  }
  return serviceError('internal', { cause: thrown });
}

function fail(call: Writable | Duplex): (error: ReturnType<typeof toStatus>) => void {
  return (error) => call.emit('error', error);
}
