import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TCP_KEEPALIVE } from '../../../mesh/policy/liveness.ts';
import { ListenError } from '../process/listen-error.ts';

/** An HTTP server whose time limits suit a proxy in front of it. */
export class HttpServer {
  readonly #server: Server;

  constructor(listener: RequestListener) {
    this.#server = createServer(
      {
        // Envoy lets go of an idle connection after 55 s. Were Node to close first, a request on its way would fail.
        keepAliveTimeout: 60_000,
        headersTimeout: 65_000,
        // A body may be a stream without end: whoever reads it says how long it may take.
        requestTimeout: 0,
        connectionsCheckingInterval: 5_000,
        maxHeaderSize: 16_384,
        // Detects clients that vanish while their connection is idle.
        keepAlive: true,
        keepAliveInitialDelay: TCP_KEEPALIVE.idleMs,
      },
      listener,
    );
  }

  /**
   * Listens on `address` (`host:port`, port 0 takes a free one).
   * @returns the address that it listens on
   * @throws ListenError when the address is in use or not of this machine
   */
  async listen(address: string): Promise<string> {
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(new ListenError(address, error)));
      this.#server.listen({ host, port: Number(address.slice(colon + 1)) }, resolve);
    });
    return `${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Takes no more connections, closes idle ones, waits for requests under way at most `graceMs` milliseconds. */
  async stop(graceMs: number): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
  }
}
