import { createServer, type Http2Session, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BEHAVIOURS, type Behaviour } from './behaviour.ts';

/** A request as a callee saw it. */
export interface Seen {
  /** Milliseconds since the epoch, with fractions. */
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Tells its connection from others. */
  readonly connection: number;
}

/** What a callee does with its first requests, and with all that follow. */
export interface Script {
  readonly first?: readonly Behaviour[];
  /** @default answer */
  readonly rest?: Behaviour;
  /** Whether nobody listens. @default false */
  readonly isAway?: true;
  /** How many streams a connection may have at a time; those that are there are closed. @default no limit */
  readonly streams?: number;
}

/** A callee on bare HTTP/2 that misbehaves as it is told, and remembers what it was asked. */
export class ScriptedCallee {
  readonly seen: Seen[] = [];
  readonly #server = createServer();
  readonly #sessions = new Map<Http2Session | undefined, number>();
  #address: { readonly host: string; readonly port: number } | undefined;
  #connections = 0;
  #script: Script = {};

  constructor() {
    this.#server.on('session', (session) => {
      this.#sessions.set(session, this.#connections++);
      session.on('close', () => this.#sessions.delete(session));
      const { streams } = this.#script;
      if (streams !== undefined) session.settings({ maxConcurrentStreams: streams });
    });
    this.#server.on('stream', (stream, headers) => {
      // A caller that gives up resets the stream.
      stream.on('error', () => {});
      const turn =
        this.seen.push({
          at: performance.timeOrigin + performance.now(),
          path: headers[':path'] ?? '',
          headers,
          connection: this.#sessions.get(stream.session) ?? -1,
        }) - 1;
      BEHAVIOURS[this.#script.first?.[turn] ?? this.#script.rest ?? 'answer'](stream);
    });
  }

  /** Begins `script`, and forgets what was seen. */
  async play(script: Script): Promise<void> {
    const isOther = script.streams !== this.#script.streams || script.isAway !== this.#script.isAway;
    this.#script = script;
    this.seen.length = 0;
    if (!isOther || !this.#address) return;
    await this.close();
    if (!script.isAway) await this.#listen(this.#address);
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
