import { Pool } from 'undici';
import type { Limits } from '../../../../mesh/policy/call-policy.ts';
import { CONNECT_TIMEOUT_MS, TCP_KEEPALIVE } from '../../../../mesh/policy/liveness.ts';
import type { Endpoint } from '../../discovery/discovery.ts';
import { type CalleeEndpoint, createCalleeEndpoint } from '../callee-endpoint.ts';

/** An endpoint with its pool of HTTP connections. */
export interface HttpEndpoint extends CalleeEndpoint {
  readonly origin: string;
  pool: Pool;
  /** Time of the last response, in milliseconds of performance.now(). */
  respondedAt: number;
}

/** Returns `host:port`, which identifies an endpoint. IPv6 addresses are in brackets. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Opens an endpoint. Its pool connects with the first request. */
export function openHttpEndpoint(
  id: string,
  version: string | undefined,
  limits: Limits | undefined,
): HttpEndpoint {
  const origin = `http://${id}`;
  return { ...createCalleeEndpoint(id, version), origin, pool: openPool(origin, limits), respondedAt: 0 };
}

/** Opens a pool that connects on demand, with at most `limits.connections` connections. */
export function openPool(origin: string, limits: Limits | undefined): Pool {
  // undici's time limits are off: each attempt has its own deadline.
  return new Pool(origin, {
    connections: limits?.connections ?? null,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS, keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE.idleMs },
  });
}
