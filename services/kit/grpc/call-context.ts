import { setMaxListeners } from 'node:events';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { serviceError } from '../errors/service-error.ts';
import { uuidv7 } from '../fields/uuid.ts';
import type { Log } from '../telemetry/log.ts';
import { callerOf } from './caller.ts';
import type { CallContext } from './handlers.ts';

/** What all four kinds of grpc-js server calls have in common. */
export type ServerCall = Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'cancelled' | 'getDeadline'> & {
  once(event: 'cancelled', listener: () => void): unknown;
  off(event: 'cancelled', listener: () => void): unknown;
};

export const REQUEST_ID_KEY = 'x-request-id';
export const TRACEPARENT_KEY = 'traceparent';
export const CANARY_KEY = 'x-canary';
/** Marks a try after the first, and all calls that are made for it. */
export const RETRY_KEY = 'x-weft-retry';

/** The context of a call as its metadata and deadline give it; `abort` aborts its signal, `end` says that it is over. */
export function callContext(
  call: ServerCall,
  log: Log,
): { context: CallContext; abort: (reason: Error) => void; end: () => void } {
  const controller = new AbortController();
  // One for each call that the handler makes.
  setMaxListeners(0, controller.signal);
  const deadline = Number(call.getDeadline());
  // grpc-js has one event for both; only the clock tells which it was.
  const cancel = () =>
    controller.abort(serviceError(Date.now() >= deadline ? 'deadline-exceeded' : 'cancelled'));
  if (call.cancelled) cancel();
  else call.once('cancelled', cancel);
  const requestId = text(call.metadata, REQUEST_ID_KEY) || uuidv7();
  const context = {
    caller: callerOf(call.metadata),
    signal: controller.signal,
    deadline,
    requestId,
    traceparent: text(call.metadata, TRACEPARENT_KEY),
    canary: text(call.metadata, CANARY_KEY),
    retried: text(call.metadata, RETRY_KEY) !== '',
    log: log.child({ requestId }),
  };
  return {
    context,
    abort: (reason) => controller.abort(reason),
    // grpc-js calls a call cancelled when its stream closes, however it has ended.
    end: () => call.off('cancelled', cancel),
  };
}

function text(metadata: Metadata, key: string): string {
  return metadata.get(key)[0]?.toString() ?? '';
}
