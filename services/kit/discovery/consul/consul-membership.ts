import { z } from 'zod';
import type { RegistryMembership, ServiceInstance } from '../registration.ts';
import { RegistryStatusError, requestJson } from '../registry-request.ts';

/** Consul's minimum. Consul checks every 30 s, and then removes an instance that failed for this long. */
const DEREGISTER_AFTER = '1m';

/**
 * Registers an instance of a Consul service with the Name `product`, the Meta `version` and a TTL check. Its ID
 * `product@10.0.0.7:50051` makes a process that restarts on the same address replace the earlier instance.
 * @param url of the agent: `http://127.0.0.1:8500`
 * @see https://developer.hashicorp.com/consul/api-docs/agent/service
 */
export function consulMembership(url: string, instance: ServiceInstance): RegistryMembership {
  const { service, host, port, version, ttlMs } = instance;
  const id = `${service}@${host}:${port}`;
  const timeoutMs = ttlMs / 3;
  const put = async (path: string, signal: AbortSignal, body?: unknown) => {
    await requestJson(`${url}/v1/agent/${path}`, z.unknown(), { method: 'PUT', body, signal, timeoutMs });
  };
  /** Resolves with false if Consul does not have the instance. */
  const isFound = async (request: Promise<void>) => {
    try {
      await request;
      return true;
    } catch (error) {
      if (error instanceof RegistryStatusError && error.status === 404) return false;
      throw error;
    }
  };
  return {
    registry: `consul at ${url}`,
    join: (signal) =>
      put('service/register?replace-existing-checks=true', signal, {
        ID: id,
        Name: service,
        Address: host,
        Port: port,
        ...(version !== undefined && { Meta: { version } }),
        Check: {
          CheckID: id,
          Name: 'renewed by the process',
          TTL: `${ttlMs}ms`,
          Status: 'passing',
          DeregisterCriticalServiceAfter: DEREGISTER_AFTER,
        },
      }),
    renew: (signal) => isFound(put(`check/update/${encodeURIComponent(id)}`, signal, { Status: 'passing' })),
    leave: async (signal) => {
      await isFound(put(`service/deregister/${encodeURIComponent(id)}`, signal));
    },
  };
}
