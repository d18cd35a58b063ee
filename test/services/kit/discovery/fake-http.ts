import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How the server behaves: it works, resets connections, hangs, sends no JSON, other JSON, or status 500. */
export const BAD_MODES = ['dead', 'hang', 'garbage', 'nonsense', 'refuse'] as const;
export type Mode = 'well' | (typeof BAD_MODES)[number];

export interface FakeHttp {
  readonly url: string;
  /** Received requests in order, as `GET /path?query`. */
  readonly requests: readonly string[];
  /** The same requests with their bodies. */
  readonly sent: readonly { readonly line: string; readonly body: string }[];
  /** Closes all connections, so that open watches start again. */
  become(mode: Mode): void;
  close(): Promise<void>;
}

type Handle = (request: IncomingMessage, body: string, response: ServerResponse) => void;

/** Starts an HTTP server on loopback that can misbehave. */
export async function fakeHttp(handle: Handle): Promise<FakeHttp> {
  const requests: string[] = [];
  const sent: { line: string; body: string }[] = [];
  let mode: Mode = 'well';
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => '');
    const line = `${request.method} ${request.url}`;
    requests.push(line);
    sent.push({ line, body });
    if (mode === 'well') handle(request, body, response);
    else if (mode === 'dead') request.socket.destroy();
    else if (mode === 'garbage') response.end('<html>Welcome to the Wi-Fi of this train</html>');
    else if (mode === 'nonsense') response.end('{"result":"none of your concern","metadata":7}');
    else if (mode === 'refuse') response.writeHead(500).end('No cluster leader');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sent,
    become(next) {
      mode = next;
      server.closeAllConnections();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.end(JSON.stringify(value));
}
