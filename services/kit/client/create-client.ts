import { connectivityState, Client as GrpcClient } from '@grpc/grpc-js';
import type { AppCall } from '../../../mesh/policy/app-config.ts';
import { CONNECT_TIMEOUT_MS, HEARTBEAT, type Heartbeat } from '../../../mesh/policy/liveness.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { grpcTarget } from '../discovery/grpc-resolver.ts';
import { serviceError } from '../errors/service-error.ts';
import { keepaliveOptions, MAX_MESSAGE_BYTES } from '../grpc/connection-options.ts';
import { toGrpcMethod } from '../grpc/grpc-method.ts';
import type { ServiceDefinition } from '../grpc/handlers.ts';
import { CallLayer } from './call-layer.ts';
import { createMethod } from './call-method.ts';
import type { CallObserver } from './call-metrics.ts';
import { grpcSpanTemplate } from './call-span.ts';
import { createChannelCredentials } from './channel-credentials.ts';
import { createChannelOptions } from './channel-options.ts';
import type { Client } from './client.ts';
import { addDecisionEvent } from './decision-event.ts';
import { LivePolicy } from './live-policy.ts';
import type { PolicyDecision } from './policy-decision.ts';

export interface ClientSource {
  /** Name of the calling service. */
  readonly caller: string;
  readonly discovery: Discovery;
  /** Returns the changing policy of a call. @default the call's own policy, which never changes */
  readonly policy?: (call: AppCall) => LivePolicy | undefined;
  /** Returns the name of a call in the graph. @default its callee */
  readonly nameOf?: (call: AppCall) => string;
  /** Receives the decisions of the in-app layer. @default none */
  readonly observe?: (call: AppCall, decision: PolicyDecision) => void;
  /** Returns the observer of the calls under a declared call. @default none */
  readonly observeCalls?: (call: AppCall) => CallObserver;
  /** HTTP/2 PINGs on each connection. @default HEARTBEAT */
  readonly heartbeat?: Heartbeat;
  /** Time limit for a callee to begin the HTTP/2 handshake, in milliseconds. @default CONNECT_TIMEOUT_MS, 5 s */
  readonly connectTimeoutMs?: number;
}

/**
 * Maximum back-off between attempts to connect, in milliseconds. grpc-js's default of 120 s would leave a recovered
 * callee without calls for as long.
 */
const MAX_RECONNECT_BACKOFF_MS = 5_000;

/** A client, and the function that closes its connections. */
export interface OpenClient<S extends ServiceDefinition> {
  readonly client: Client<S>;
  close(): void;
}

/**
 * Creates the client of a declared call, which makes its calls under the call's policy. It connects with its first
 * call. Methods that the call does not grant reject with `undeclared-call`.
 */
export function createClient<S extends ServiceDefinition>(
  definition: S,
  call: AppCall,
  source: ClientSource,
): OpenClient<S> {
  const live = source.policy?.(call) ?? (call.policy && new LivePolicy(call.policy, call.versions));
  const name = source.nameOf?.(call) ?? call.callee;
  const observe = (decision: PolicyDecision) => {
    addDecisionEvent(name, decision);
    source.observe?.(call, decision);
  };
  const target = call.usesXds ? `xds:///${call.address}` : grpcTarget(source.discovery, call.address);
  const { heartbeat = HEARTBEAT, connectTimeoutMs = CONNECT_TIMEOUT_MS } = source;
  const grpc = new GrpcClient(target, createChannelCredentials(connectTimeoutMs), {
    ...keepaliveOptions(heartbeat),
    'grpc.max_reconnect_backoff_ms': MAX_RECONNECT_BACKOFF_MS,
    // With xDS, gRPC itself enforces the policy that istiod sends.
    ...(call.usesXds ? {} : createChannelOptions(live, observe)),
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  const isConnected = () => grpc.getChannel().getConnectivityState(false) === connectivityState.READY;
  const layer = new CallLayer(live, { callee: call.callee, observe, isConnected });
  const onBegin = source.observeCalls?.(call);
  const granted = new Set(call.methods);
  const methods = Object.entries(definition.methods).map(([key, method]) => {
    const grpcMethod = toGrpcMethod(definition, method);
    const { path } = grpcMethod;
    if (granted.has(path)) {
      const isIdempotent = method.options.idempotencyLevel !== undefined;
      const target = { grpc, definition: grpcMethod, method: { path, isIdempotent }, layer };
      const spans = grpcSpanTemplate(name, call, path);
      return [key, createMethod({ ...target, caller: source.caller, spans, onBegin })];
    }
    const createError = () =>
      serviceError('undeclared-call', { metadata: { caller: source.caller, method: path } });
    return [key, method.responseStream ? failingStream(createError) : () => Promise.reject(createError())];
  });
  // Object.fromEntries loses the types: each function has the signature of its method.
  return { client: Object.fromEntries(methods) as Client<S>, close: () => grpc.close() };
}

/** Returns a method with a stream of responses that fails with its first read. */
function failingStream(createError: () => Error) {
  return () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(createError()) }) });
}

/**
 * Registers `xds:` targets with gRPC if any call needs them. Loads the xDS client (20 packages) only then, and must run
 * before the first client is created. The xDS client reads GRPC_XDS_BOOTSTRAP_CONFIG when it is loaded.
 */
export async function registerXdsResolver(calls: readonly Pick<AppCall, 'usesXds'>[]): Promise<void> {
  if (!calls.some(({ usesXds }) => usesXds)) return;
  const { register } = await import('@grpc/grpc-js-xds');
  register();
}
