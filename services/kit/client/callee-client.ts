import type { AppCall } from '../../../mesh/policy/app-config.ts';
import { grpcMethod } from '../grpc/grpc-method.ts';
import type { ServiceDefinition } from '../grpc/handlers.ts';
import type { Client } from './client.ts';
import { type ClientSource, createClient, type OpenClient } from './create-client.ts';

/**
 * One client for all that a service may call of another, each method under the policy of the call that grants it.
 */
export function calleeClient<S extends ServiceDefinition>(
  definition: S,
  [first, ...others]: readonly [AppCall, ...AppCall[]],
  source: ClientSource,
): OpenClient<S> {
  const openCall = (call: AppCall) => ({ call, ...createClient(definition, call, source) });
  // Where no call grants a method, the first client's function refuses it.
  const fallback = openCall(first);
  const open = [fallback, ...others.map(openCall)];
  const methods = Object.entries(definition.methods).map(([key, method]) => {
    const { path } = grpcMethod(definition, method);
    const { client } = open.find(({ call }) => call.methods.includes(path)) ?? fallback;
    return [key, client[key]];
  });
  return {
    client: Object.fromEntries(methods) as Client<S>,
    close: () => {
      for (const { close } of open) close();
    },
  };
}
