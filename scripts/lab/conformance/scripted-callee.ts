import { createServer, type Http2Session, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BEHAVIORS, type Behavior } from './behavior.ts';

/** A request as a callee saw it. */
export interface ReceivedRequest {
  /** Milliseconds since the epoch, with fractions. */
  readonly timeMs: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Tells its connection from others. */
  readonly connection: number;
}

/** What a callee does with its first requests, and with all that follow. */
export interface Script {
  readonly first?: readonly Behavior[];
  /** @default answer */
  readonly rest?: Behavior;
  /** Whether nobody listens. @default false */
  readonly isDown?: true;
  /** How many streams a connection may have at a time; those that are there are closed. @default no limit */
  readonly maxStreams?: number;
}

/** A callee on bare HTTP/2 that misbehaves as it is told, and remembers what it was asked. */
export class ScriptedCallee {
  readonly requests: ReceivedRequest[] = [];
  readonly #server = createServer();
  readonly #sessions = new Map<Http2Session | undefined, number>();
  #address: { readonly host: string; readonly port: number } | undefined;
  #connections = 0;
  #script: Script = {};

  constructor() {
    this.#server.on('session', (session) => {
      this.#sessions.set(session, this.#connections++);
      session.on('close', () => this.#sessions.delete(session));
      const { maxStreams: streams } = this.#script;
      if (streams !== undefined) session.settings({ maxConcurrentStreams: streams });
    });
    this.#server.on('stream', (stream, headers) => {
      // A caller that gives up resets the stream.
      stream.on('error', () => {});
      const turn =
        this.requests.push({
          timeMs: performance.timeOrigin + performance.now(),
          path: headers[':path'] ?? '',
          headers,
          connection: this.#sessions.get(stream.session) ?? -1,
        }) - 1;
      BEHAVIORS[this.#script.first?.[turn] ?? this.#script.rest ?? 'answer'](stream);
    });
  }

  /** Begins `script`, and forgets what was seen. */
  async setScript(script: Script): Promise<void> {
    const isOther = script.maxStreams !== this.#script.maxStreams || script.isDown !== this.#script.isDown;
    this.#script = script;
    this.requests.length = 0;
    if (!isOther || !this.#address) return;
    await this.close();
    if (!script.isDown) await this.#listen(this.#address);
  }

  /** @param address `host:port`; port 0 takes a free one. @returns the address that it listens on */
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
