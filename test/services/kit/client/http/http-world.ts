import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallPolicy } from '../../../../../mesh/policy/call-policy.ts';
import { createHttpClient } from '../../../../../services/kit/client/http/http-client.ts';
import { LivePolicy } from '../../../../../services/kit/client/live-policy.ts';
import type { PolicyDecision } from '../../../../../services/kit/client/policy-decision.ts';
import type { Endpoint } from '../../../../../services/kit/discovery/discovery.ts';

export type Behave = (request: IncomingMessage, response: ServerResponse) => void;

/** A callee on node:http that records its requests. */
export interface Callee {
  readonly endpoint: Endpoint;
  readonly received: {
    readonly method: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }[];
  /** May be changed. */
  behave: Behave;
}

export const answer: Behave = (_, response) => response.end('well');
export const status =
  (code: number, headers: Record<string, string> = {}): Behave =>
  (_, response) =>
    response.writeHead(code, headers).end(`HTTP ${code}`);
export const reset: Behave = ({ socket }) => socket.resetAndDestroy();
export const hang: Behave = () => {};
/** Handles the first requests in turn, and all others with `answer`. */
export function turns(...first: Behave[]): Behave {
  const remaining = [...first];
  return (request, response) => (remaining.shift() ?? answer)(request, response);
}

/** Opens callees and clients on loopback, which `close` closes. */
export function httpWorld() {
  const closers: (() => void | Promise<void>)[] = [];

  async function serve(behave: Behave = answer, version?: string): Promise<Callee> {
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      callee.received.push({ method: request.method ?? '', headers: request.headers, body });
      callee.behave(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const endpoint = { host: '127.0.0.1', port, ...(version !== undefined && { version }) };
    const callee: Callee = { endpoint, received: [], behave };
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return callee;
  }

  function open(endpoints: readonly Endpoint[], policy: Partial<CallPolicy> = {}, live?: LivePolicy) {
    const decisions: PolicyDecision[] = [];
    const policyInUse = live ?? new LivePolicy({ timeout: '20s', ...policy });
    const client = createHttpClient(
      { callee: 'pictures', address: 'pictures.shop:8080' },
      {
        caller: 'gateway',
        live: policyInUse,
        observe: (decision) => decisions.push(decision),
        discovery: {
          watch: (_, watcher) => {
            setImmediate(() =>
              endpoints.length > 0
                ? watcher.onEndpoints(endpoints)
                : watcher.onError(new Error('pictures.shop has no addresses')),
            );
            return { refresh: () => {}, stop: () => {} };
          },
          close: () => {},
        },
      },
    );
    closers.push(client.close);
    const get = (headers: Record<string, string> = {}) =>
      client.request({ method: 'GET', path: '/a', headers });
    return { client, get, decisions, live: policyInUse };
  }

  async function close(): Promise<void> {
    await Promise.all(closers.splice(0).map((one) => one()));
  }
  return { serve, open, close };
}
