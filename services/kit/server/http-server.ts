import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { TCP_KEEPALIVE } from '../../../mesh/policy/liveness.ts';
import { ListenError } from '../process/listen-error.ts';
import { answerClientError, isWellFormed } from './answer-client-error.ts';

/** Time that a connection without any request has to send one when the server stops. */
const FIRST_BYTE_MS = 500;

/** Interval at which a server that stops closes the connections whose request has ended. */
const CLOSE_IDLE_MS = 50;

/** An HTTP server with timeouts for use behind Envoy. */
export class HttpServer {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();

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
        // Node would answer with an empty body.
        requireHostHeader: false,
        // Detects clients that vanish while their connection is idle.
        keepAlive: true,
        keepAliveInitialDelay: TCP_KEEPALIVE.idleMs,
      },
      (request, response) => {
        if (isWellFormed(request)) listener(request, response);
        else answerClientError(new Error('no host or version'), request.socket);
      },
    );
    this.#server.on('clientError', answerClientError);
    this.#server.on('connection', (connection) => {
      this.#connections.add(connection);
      connection.once('close', () => this.#connections.delete(connection));
    });
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

  /**
   * Rejects new connections, closes idle ones and waits for requests in flight.
   *
   * @param graceMs longest wait, in milliseconds
   */
  async stop(graceMs: number): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const closingIdle = setInterval(() => this.#server.closeIdleConnections(), CLOSE_IDLE_MS);
    // For Node a connection that a client has opened in advance is not idle, but waits for a request.
    const closeUnused = () => {
      for (const connection of this.#connections) if (connection.bytesRead === 0) connection.destroy();
    };
    const closingUnused = setTimeout(closeUnused, Math.min(FIRST_BYTE_MS, graceMs));
    const closingAll = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearInterval(closingIdle);
    clearTimeout(closingUnused);
    clearTimeout(closingAll);
  }
}
