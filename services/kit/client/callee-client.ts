import type { AppCall } from '../../../mesh/policy/app-config.ts';
import { toGrpcMethod } from '../grpc/grpc-method.ts';
import type { ServiceDefinition } from '../grpc/handlers.ts';
import type { Client } from './client.ts';
import { type ClientSource, createClient, type OpenClient } from './create-client.ts';

/** Creates one client for all declared calls of a callee. Each method uses the policy of the call that grants it. */
export function createCalleeClient<S extends ServiceDefinition>(
  definition: S,
  [first, ...others]: readonly [AppCall, ...AppCall[]],
  source: ClientSource,
): OpenClient<S> {
  const openCall = (call: AppCall) => ({ call, ...createClient(definition, call, source) });
  // A method that no call grants rejects with `undeclared-call` in every client, also in the first.
  const fallback = openCall(first);
  const openClients = [fallback, ...others.map(openCall)];
  const methods = Object.entries(definition.methods).map(([key, method]) => {
    const { path } = toGrpcMethod(definition, method);
    const { client } = openClients.find(({ call }) => call.methods.includes(path)) ?? fallback;
    return [key, client[key]];
  });
  return {
    client: Object.fromEntries(methods) as Client<S>,
    close: () => {
      for (const { close } of openClients) close();
    },
  };
}
