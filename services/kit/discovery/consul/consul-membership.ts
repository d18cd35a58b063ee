import { z } from 'zod';
import type { Instance, Membership } from '../membership.ts';
import { RefusedRequest } from '../refused-request.ts';
import { requestJson } from '../registry-request.ts';

/** Consul takes no less, and looks every 30 s: an instance that is long dead goes from its list. */
const FORGOTTEN_AFTER = '1m';

/**
 * An instance of a Consul service: ID `product@10.0.0.7:50051`, so that whoever starts again on an address replaces what
 * was there; Name `product`; Meta `version`; and a check that fails unless it is renewed within its time to live.
 * @param url of the agent: `http://127.0.0.1:8500`
 * @see https://developer.hashicorp.com/consul/api-docs/agent/service
 */
export function consulMembership(url: string, instance: Instance): Membership {
  const { service, host, port, version, ttlMs } = instance;
  const id = `${service}@${host}:${port}`;
  const timeoutMs = ttlMs / 3;
  const put = async (path: string, signal: AbortSignal, body?: unknown) => {
    await requestJson(`${url}/v1/agent/${path}`, z.unknown(), { method: 'PUT', body, signal, timeoutMs });
  };
  const known = async (request: Promise<void>) => {
    try {
      await request;
      return true;
    } catch (error) {
      if (error instanceof RefusedRequest && error.status === 404) return false;
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
          DeregisterCriticalServiceAfter: FORGOTTEN_AFTER,
        },
      }),
    renew: (signal) => known(put(`check/update/${encodeURIComponent(id)}`, signal, { Status: 'passing' })),
    leave: async (signal) => {
      await known(put(`service/deregister/${encodeURIComponent(id)}`, signal));
    },
  };
}
