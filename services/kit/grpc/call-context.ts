import { setMaxListeners } from 'node:events';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { serviceError } from '../errors/service-error.ts';
import { uuidv7 } from '../fields/uuid.ts';
import type { Log } from '../telemetry/log.ts';
import type { CallContext } from './handlers.ts';

/** The members that all four kinds of grpc-js server calls share. */
export type ServerCall = Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'cancelled' | 'getDeadline'> & {
  once(event: 'cancelled', listener: () => void): unknown;
  off(event: 'cancelled', listener: () => void): unknown;
};

export const REQUEST_ID_KEY = 'x-request-id';
export const CANARY_KEY = 'x-canary';
/** Set on attempts after the first, and on all calls made for them. */
export const RETRY_KEY = 'x-weft-retry';
/** Name of the caller where no mesh provides it. Not an authentication: any client can set it. */
export const CALLER_KEY = 'x-weft-caller';

/**
 * Creates the context of a call from its metadata and deadline.
 * @returns the context, `abort` to abort its signal, and `end` to call when the call is over
 */
export function createCallContext(
  call: ServerCall,
  log: Log,
): { context: CallContext; abort: (reason: Error) => void; end: () => void } {
  const controller = new AbortController();
  // Each call that the handler makes adds a listener, without a limit.
  setMaxListeners(0, controller.signal);
  const deadline = Number(call.getDeadline());
  // grpc-js emits one event for both; only the clock distinguishes them.
  const cancel = () =>
    controller.abort(serviceError(Date.now() >= deadline ? 'deadline-exceeded' : 'cancelled'));
  if (call.cancelled) cancel();
  else call.once('cancelled', cancel);
  const requestId = readText(call.metadata, REQUEST_ID_KEY) || uuidv7();
  const context = {
    caller: callerOf(call.metadata),
    signal: controller.signal,
    deadline,
    requestId,
    canary: readText(call.metadata, CANARY_KEY),
    isRetry: readText(call.metadata, RETRY_KEY) !== '',
    log: log.child({ requestId }),
  };
  return {
    context,
    abort: (reason) => controller.abort(reason),
    // grpc-js emits `cancelled` whenever a stream closes, also after success.
    end: () => call.off('cancelled', cancel),
  };
}

/**
 * Returns the name of the calling service, or `unknown`. In the mesh it is the ServiceAccount of the SPIFFE id that the
 * sidecar verified and wrote to x-forwarded-client-cert. If that header is present, the header of the client itself is
 * ignored.
 */
export function callerOf(metadata: Metadata): string {
  const certificate = metadata.get('x-forwarded-client-cert').at(-1)?.toString();
  if (certificate !== undefined) return readServiceAccount(certificate) ?? 'unknown';
  return metadata.get(CALLER_KEY)[0]?.toString() || 'unknown';
}

/** Returns the service account of the last element: proxies append, so that it describes the nearest peer. */
function readServiceAccount(certificate: string): string | undefined {
  const uris = [...certificate.matchAll(/URI=spiffe:\/\/[^/;,]+\/ns\/[^/;,]+\/sa\/([^/;,"]+)/g)];
  return uris.at(-1)?.[1];
}

function readText(metadata: Metadata, key: string): string {
  return metadata.get(key)[0]?.toString() ?? '';
}
