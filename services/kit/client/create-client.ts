import { credentials, Client as GrpcClient } from '@grpc/grpc-js';
import type { AppCall } from '../../../mesh/policy/app-config.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { grpcTarget } from '../discovery/grpc-resolver.ts';
import { grpcMethod } from '../grpc/grpc-method.ts';
import { MAX_MESSAGE_BYTES } from '../server/grpc-server.ts';
import type { ServiceDefinition } from '../server/handlers.ts';
import { serviceError } from '../service-error.ts';
import { callMethod } from './call-method.ts';
import { channelOptions, timeoutMs } from './channel-options.ts';
import type { Client } from './client.ts';
import type { Decision } from './decision.ts';

export interface ClientSource {
  /** Name of the calling service. */
  readonly caller: string;
  readonly discovery: Discovery;
  /** Is told what the in-app layer decides. @default nobody */
  readonly observe?: (call: AppCall, decision: Decision) => void;
}

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
  const grpc = new GrpcClient(grpcTarget(source.discovery, call.address), credentials.createInsecure(), {
    ...channelOptions(definition, call.policy, (decision) => source.observe?.(call, decision)),
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  });
  const granted = new Set(call.methods);
  const limit = timeoutMs(call.policy);
  const methods = Object.entries(definition.methods).map(([key, method]) => {
    const described = grpcMethod(definition, method);
    if (granted.has(described.path))
      return [key, callMethod(grpc, described, { caller: source.caller, limit })];
    const error = () =>
      serviceError('undeclared-call', { metadata: { caller: source.caller, method: described.path } });
    return [key, method.responseStream ? failingStream(error) : () => Promise.reject(error())];
  });
  // Each function has the shape of its method's kind, which Object.fromEntries cannot say.
  return { client: Object.fromEntries(methods) as Client<S>, close: () => grpc.close() };
}

function failingStream(error: () => Error) {
  return () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error()) }) });
}
