import { connectivityState, Client as GrpcClient } from '@grpc/grpc-js';
import type { AppCall } from '../../../mesh/policy/app-config.ts';
import { CONNECT_TIMEOUT_MS, HEARTBEAT, type Heartbeat } from '../../../mesh/policy/liveness.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { grpcTarget } from '../discovery/grpc-resolver.ts';
import { serviceError } from '../errors/service-error.ts';
import { grpcMethod } from '../grpc/grpc-method.ts';
import type { ServiceDefinition } from '../grpc/handlers.ts';
import { keepaliveOptions } from '../grpc/keepalive.ts';
import { MAX_MESSAGE_BYTES } from '../grpc/max-message-bytes.ts';
import { CallLayer } from './call-layer.ts';
import { callMethod } from './call-method.ts';
import { channelOptions } from './channel-options.ts';
import type { Client } from './client.ts';
import type { Decision } from './decision.ts';
import { limitedCredentials } from './limited-credentials.ts';
import { LivePolicy } from './live-policy.ts';

export interface ClientSource {
  /** Name of the calling service. */
  readonly caller: string;
  readonly discovery: Discovery;
  /** The policy of a call as it is now. @default that of the call, for good */
  readonly policy?: (call: AppCall) => LivePolicy | undefined;
  /** Is told what the in-app layer decides. @default nobody */
  readonly observe?: (call: AppCall, decision: Decision) => void;
  /** PINGs on each connection. @default HEARTBEAT */
  readonly heartbeat?: Heartbeat;
  /** Milliseconds for a callee to begin the HTTP/2 handshake. @default CONNECT_TIMEOUT_MS, 5 s */
  readonly connectTimeoutMs?: number;
}

/**
 * Longest pause before a connection that failed is tried again, in milliseconds. grpc-js waits up to 120 s, so that a
 * callee that comes back would be without calls for as long.
 */
const MAX_RECONNECT_PAUSE_MS = 5_000;

/** A client and what closes its connections. */
export interface OpenClient<S extends ServiceDefinition> {
  readonly client: Client<S>;
  close(): void;
}

/** The client of a declared call, under its policy. Connects with the first call. */
export function createClient<S extends ServiceDefinition>(
  definition: S,
  call: AppCall,
  source: ClientSource,
): OpenClient<S> {
  const live = source.policy?.(call) ?? (call.policy && new LivePolicy(call.policy, call.versions));
  const observe = (decision: Decision) => source.observe?.(call, decision);
  const target = call.usesXds ? `xds:///${call.address}` : grpcTarget(source.discovery, call.address);
  const { heartbeat = HEARTBEAT, connectTimeoutMs = CONNECT_TIMEOUT_MS } = source;
  const grpc = new GrpcClient(target, limitedCredentials(connectTimeoutMs), {
    ...keepaliveOptions(heartbeat),
    'grpc.max_reconnect_backoff_ms': MAX_RECONNECT_PAUSE_MS,
    // What istiod says gRPC does by itself.
    ...(call.usesXds ? {} : channelOptions(live, observe)),
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  const isConnected = () => grpc.getChannel().getConnectivityState(false) === connectivityState.READY;
  const layer = new CallLayer(live, { callee: call.callee, observe, isConnected });
  const granted = new Set(call.methods);
  const methods = Object.entries(definition.methods).map(([key, method]) => {
    const described = grpcMethod(definition, method);
    const { path } = described;
    if (granted.has(path)) {
      const isIdempotent = method.options.idempotencyLevel !== undefined;
      const target = { grpc, definition: described, method: { path, isIdempotent }, layer };
      return [key, callMethod({ ...target, caller: source.caller })];
    }
    const error = () =>
      serviceError('undeclared-call', { metadata: { caller: source.caller, method: path } });
    return [key, method.responseStream ? failingStream(error) : () => Promise.reject(error())];
  });
  // Each function has the shape of its method's kind, which Object.fromEntries cannot say.
  return { client: Object.fromEntries(methods) as Client<S>, close: () => grpc.close() };
}

function failingStream(error: () => Error) {
  return () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error()) }) });
}
