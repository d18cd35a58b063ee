import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of one address that can cut, slow or silence connections. */
export class Link {
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Set<Connection>();
  readonly #cuts = new Set<object>();
  readonly #blackHoles = new Set<object>();
  /** Delay in milliseconds of each active slowdown. */
  readonly #delays = new Map<object, number>();

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#accept(near));
  }

  /** Listens on a free port of the loopback interface and forwards connections to `address`, `host:port`. */
  static async open(address: string): Promise<Link> {
    const { hostname: host, port } = new URL(`tcp://${address}`);
    const link = new Link({ host, port: Number(port) });
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  /** `host:port` to connect to in place of the real address. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /**
   * Resets all connections, discarding data in transit, and resets new ones.
   * @returns a function that repairs the link
   */
  cut(): () => void {
    const cut = {};
    this.#cuts.add(cut);
    for (const socket of this.#sockets) reset(socket);
    return () => this.#cuts.delete(cut);
  }

  /**
   * Delays all data by `delayMs` milliseconds in both directions. The longest active delay applies.
   * @returns a function that removes the delay
   */
  delay(delayMs: number): () => void {
    const delay = {};
    this.#delays.set(delay, delayMs);
    return () => this.#delays.delete(delay);
  }

  /**
   * Silences the open connections for good, as a host does that loses power: bytes are accepted and dropped, nothing is
   * answered, and neither end sees the other close. New connections work.
   * @returns a function that resets the server's ends, as its TCP keepalive does after a while
   */
  silence(): () => void {
    const connections = [...this.#connections];
    for (const connection of connections) connection.isSilent = true;
    return () => {
      for (const { far } of connections) reset(far);
    };
  }

  /**
   * Silences the open connections for good. New connections are accepted but get no answer until the link is repaired.
   * @returns a function that repairs the link for new connections
   */
  blackHole(): () => void {
    const blackHole = {};
    this.#blackHoles.add(blackHole);
    this.silence();
    return () => this.#blackHoles.delete(blackHole);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(near: Socket): void {
    if (this.#cuts.size > 0) {
      reset(near.on('error', () => {}));
      return;
    }
    if (this.#blackHoles.size > 0) {
      this.#sockets.add(near.on('error', () => {}).resume());
      near.on('close', () => this.#sockets.delete(near));
      return;
    }
    const far = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    const connection: Connection = { far, isSilent: false };
    this.#connections.add(connection);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      this.#forward(from, to, connection);
      from.on('error', () => {
        if (!connection.isSilent) reset(to);
      });
      from.on('close', () => {
        this.#sockets.delete(from);
        this.#connections.delete(connection);
        if (!connection.isSilent && !to.writableEnded) reset(to);
      });
    }
  }

  /** Forwards data in order, even if the delay changes in between. */
  #forward(from: Socket, to: Socket, connection: Connection): void {
    let previousDue = 0;
    const schedule = (write: () => void) => {
      const run = () => {
        if (!connection.isSilent) write();
      };
      const now = performance.now();
      const due = Math.max(previousDue, now + Math.max(0, ...this.#delays.values()));
      previousDue = due;
      if (due <= now) run();
      else setTimeout(run, due - now);
    };
    from.on('data', (chunk) => schedule(() => to.write(chunk)));
    from.on('end', () => schedule(() => to.end()));
  }
}

/** A proxied connection: one socket from the client to the link (near), one from the link to the address (far). */
interface Connection {
  readonly far: Socket;
  isSilent: boolean;
}

/** Resets a connection. A socket that is still connecting or already ending cannot be reset and is destroyed instead. */
function reset(socket: Socket): void {
  if (socket.connecting || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
