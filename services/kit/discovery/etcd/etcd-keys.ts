import { z } from 'zod';
import type { Endpoint } from '../discovery.ts';
import { parseEndpoint } from '../registry.ts';

/**
 * Layout of endpoints in etcd: key `/weft/endpoints/<service>/<host>:<port>`, value
 * `{"host":"10.0.0.7","port":50051,"version":"v2"}`, under a lease. The version is optional.
 */
const ROOT = '/weft/endpoints/';

const VALUE = z.object({ host: z.string(), port: z.number(), version: z.string().nullish() });

/** Returns the prefix of the keys of a service's endpoints. */
export function keyPrefix(service: string): string {
  return `${ROOT}${service}/`;
}

/** Returns the key of an endpoint. */
export function endpointKey(service: string, { host, port }: Endpoint): string {
  return `${keyPrefix(service)}${host}:${port}`;
}

/** Returns the value of an endpoint, as JSON. */
export function endpointValue({ host, port, version }: Endpoint): string {
  return JSON.stringify({ host, port, version });
}

/** Returns the endpoint of a key and its value, or the reason why the value is invalid. */
export function readEndpoint(key: string, value: string): Endpoint | string {
  try {
    const { host, port, version } = VALUE.parse(JSON.parse(value));
    return parseEndpoint(key, host, port, version ?? undefined);
  } catch {
    return `${key} is '${value.slice(0, 100)}', not {"host","port"} as JSON`;
  }
}
