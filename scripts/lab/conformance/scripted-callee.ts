import { createServer, type Http2Session, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BEHAVIORS, type Behavior } from './behavior.ts';

/** A request as a callee received it. */
export interface ReceivedRequest {
  /** Milliseconds since the epoch, with fractions. */
  readonly timeMs: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Number of the HTTP/2 connection, from 0. */
  readonly connection: number;
}

/** The behavior of a callee. */
export interface Script {
  /** The behavior for the first requests, one for each. */
  readonly first?: readonly Behavior[];
  /** The behavior for all further requests. @default answer */
  readonly rest?: Behavior;
  /** Whether the callee does not listen. @default false */
  readonly isDown?: true;
  /** Maximum number of concurrent streams per connection. A change closes open connections. @default no limit */
  readonly maxStreams?: number;
}

/** A gRPC callee on plain HTTP/2 that misbehaves according to a script and records its requests. */
export class ScriptedCallee {
  readonly requests: ReceivedRequest[] = [];
  readonly #server = createServer();
  readonly #sessions = new Map<Http2Session | undefined, number>();
  #address: { readonly host: string; readonly port: number } | undefined;
  #connectionCount = 0;
  #script: Script = {};

  constructor() {
    this.#server.on('session', (session) => {
      this.#sessions.set(session, this.#connectionCount++);
      session.on('close', () => this.#sessions.delete(session));
      const { maxStreams } = this.#script;
      if (maxStreams !== undefined) session.settings({ maxConcurrentStreams: maxStreams });
    });
    this.#server.on('stream', (stream, headers) => {
      // Callers that time out reset the stream.
      stream.on('error', () => {});
      const index = this.requests.length;
      this.requests.push({
        timeMs: performance.timeOrigin + performance.now(),
        path: headers[':path'] ?? '',
        headers,
        connection: this.#sessions.get(stream.session) ?? -1,
      });
      BEHAVIORS[this.#script.first?.[index] ?? this.#script.rest ?? 'answer'](stream);
    });
  }

  /** Sets the script and clears the recorded requests. */
  async setScript(script: Script): Promise<void> {
    const needsRestart =
      script.maxStreams !== this.#script.maxStreams || script.isDown !== this.#script.isDown;
    this.#script = script;
    this.requests.length = 0;
    if (!needsRestart || !this.#address) return;
    await this.close();
    if (!script.isDown) await this.#listen(this.#address);
  }

  /**
   * Listens on an address.
   * @param address `host:port`; port 0 selects a free port
   * @returns the address with its port
   */
  async listen(address: string): Promise<string> {
    const [host = '', port] = address.split(':');
    await this.#listen({ host, port: Number(port) });
    this.#address = { host, port: (this.#server.address() as AddressInfo).port };
    return `${host}:${this.#address.port}`;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.keys()) session?.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #listen(address: { readonly host: string; readonly port: number }): Promise<void> {
    return new Promise((resolve) => this.#server.listen(address, resolve));
  }
}
