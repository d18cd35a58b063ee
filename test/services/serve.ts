import { methodPath } from '../../mesh/policy/grpc-service.ts';
import type { Client } from '../../services/kit/client/client.ts';
import { createClient } from '../../services/kit/client/create-client.ts';
import { parseAddress } from '../../services/kit/config/address.ts';
import type { Discovery } from '../../services/kit/discovery/discovery.ts';
import type { ServiceDefinition } from '../../services/kit/grpc/handlers.ts';
import { GrpcServer } from '../../services/kit/server/grpc-server.ts';
import type { Implementation } from '../../services/kit/server/implement.ts';
import { createLog } from '../../services/kit/telemetry/log.ts';

/** A log that discards its lines. */
export const quiet = createLog({}, { write: () => {} });

export interface Served<S extends ServiceDefinition> {
  readonly client: Client<S>;
  close(): Promise<void>;
}

/** Serves an implementation on a free port of loopback, with a client that may call all of its methods. */
export async function serve<S extends ServiceDefinition>(
  definition: S,
  implementation: Implementation,
): Promise<Served<S>> {
  const server = new GrpcServer([implementation], { log: quiet, callers: {} });
  const address = await server.listen('127.0.0.1:0');
  const discovery: Discovery = {
    watch(_address, watcher) {
      const refresh = () => setImmediate(() => watcher.onEndpoints([parseAddress(address)]));
      refresh();
      return { refresh, stop: () => {} };
    },
    close: () => {},
  };
  const call = {
    callee: definition.fullName,
    address,
    service: definition.fullName,
    methods: Object.values(definition.methods).map((method) => methodPath(definition, method)),
  };
  const { client, close } = createClient(definition, call, { caller: 'test', discovery });
  return {
    client,
    close: async () => {
      close();
      await server.stop(1_000);
    },
  };
}
