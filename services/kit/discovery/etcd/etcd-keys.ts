import { z } from 'zod';
import { endpointOf } from '../answer.ts';
import type { Endpoint } from '../discovery.ts';

/**
 * How endpoints lie in etcd: key `/weft/endpoints/<service>/<host>:<port>`, value
 * `{"host":"10.0.0.7","port":50051,"version":"v2"}`, the version only where it is known, under a lease.
 */
const ROOT = '/weft/endpoints/';

const VALUE = z.object({ host: z.string(), port: z.number(), version: z.string().nullish() });

/** What the keys of all endpoints of a service begin with. */
export function keyPrefix(service: string): string {
  return `${ROOT}${service}/`;
}

export function endpointKey(service: string, { host, port }: Endpoint): string {
  return `${keyPrefix(service)}${host}:${port}`;
}

export function endpointValue({ host, port, version }: Endpoint): string {
  return JSON.stringify({ host, port, version });
}

/** The endpoint that a key's value describes, or the reason why it describes none. */
export function readEndpoint(key: string, value: string): Endpoint | string {
  try {
    const { host, port, version } = VALUE.parse(JSON.parse(value));
    return endpointOf(key, host, port, version ?? undefined);
  } catch {
    return `${key} is '${value.slice(0, 100)}', not {"host","port"} as JSON`;
  }
}
