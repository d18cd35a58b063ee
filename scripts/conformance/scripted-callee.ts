import { createServer, type IncomingHttpHeaders, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BEHAVIOURS, type Behaviour } from './behaviour.ts';

/** A request as a callee saw it. */
export interface Seen {
  /** Milliseconds since the epoch, with fractions. */
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** What a callee does with its first requests, and with all that follow. */
export interface Script {
  readonly first?: readonly Behaviour[];
  /** @default answer */
  readonly rest?: Behaviour;
}

/** A callee on bare HTTP/2 that misbehaves as it is told, and remembers what it was asked. */
export class ScriptedCallee {
  readonly seen: Seen[] = [];
  readonly #server = createServer();
  readonly #sessions = new Set<ServerHttp2Session>();
  #script: Script = {};

  constructor() {
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('close', () => this.#sessions.delete(session));
    });
    this.#server.on('stream', (stream, headers) => {
      // A caller that gives up resets the stream.
      stream.on('error', () => {});
      const turn =
        this.seen.push({
          at: performance.timeOrigin + performance.now(),
          path: headers[':path'] ?? '',
          headers,
        }) - 1;
      BEHAVIOURS[this.#script.first?.[turn] ?? this.#script.rest ?? 'answer'](stream);
    });
  }

  /** Begins `script`, and forgets what was seen. */
  play(script: Script): void {
    this.#script = script;
    this.seen.length = 0;
  }

  /** @param address `host:port`; port 0 takes a free one. @returns the address that it listens on */
  async listen(address: string): Promise<string> {
    const [host = '', port] = address.split(':');
    await new Promise<void>((resolve) => this.#server.listen(Number(port), host, resolve));
    return `${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
