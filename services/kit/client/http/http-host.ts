import { Pool } from 'undici';
import type { Limits } from '../../../../mesh/policy/call-policy.ts';
import { CONNECT_TIMEOUT_MS, TCP_KEEPALIVE } from '../../../../mesh/policy/liveness.ts';
import type { Endpoint } from '../../discovery/discovery.ts';
import { type Host, newHost } from '../host.ts';

/** A host with the connections to it. */
export interface HttpHost extends Host {
  readonly origin: string;
  pool: Pool;
  /** When it last answered, on the clock of performance.now(). */
  heardAt: number;
}

/** What tells an endpoint from others. */
export function idOf({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function openHttpHost(id: string, version: string | undefined, limits: Limits | undefined): HttpHost {
  const origin = `http://${id}`;
  return { ...newHost(id, version), origin, pool: openPool(origin, limits), heardAt: 0 };
}

/** Connections are made as requests need them, `limits.connections` at most to each endpoint. */
export function openPool(origin: string, limits: Limits | undefined): Pool {
  // Each try has a deadline of its own.
  return new Pool(origin, {
    connections: limits?.connections ?? null,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS, keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE.idleMs },
  });
}
