import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TCP_KEEPALIVE } from '../../../mesh/policy/liveness.ts';
import { ListenError } from '../process/listen-error.ts';

/** An HTTP server with timeouts for use behind Envoy. */
export class HttpServer {
  readonly #server: Server;

  constructor(listener: RequestListener) {
    this.#server = createServer(
      {
        // Longer than Envoy's idle timeout of 55 s. If Node closed an idle connection first, a request that Envoy sends
        // at the same time would fail.
        keepAliveTimeout: 60_000,
        headersTimeout: 65_000,
        // A body may be an endless stream; its reader limits the time.
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
   * Listens on `address` (`host:port`; port 0 selects a free port).
   * @returns the address with the selected port
   * @throws ListenError when the address is in use or does not belong to this machine
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

  /** Rejects new connections, closes idle ones and waits up to `graceMs` milliseconds for requests in flight. */
  async stop(graceMs: number): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
  }
}
