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
  /** Milliseconds of each that makes it slow. */
  readonly #late = new Map<object, number>();

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#accept(near));
  }

  /** Opens a way to `address`, `host:port`, on a free port of the loopback interface. */
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
   * Breaks all connections, what is on its way with them, and lets none through.
   * @returns what mends it
   */
  cut(): () => void {
    const cut = {};
    this.#cuts.add(cut);
    for (const socket of this.#sockets) reset(socket);
    return () => this.#cuts.delete(cut);
  }

  /**
   * From now on everything arrives `lateMs` milliseconds late, in both directions.
   * @returns what mends it
   */
  slow(lateMs: number): () => void {
    const slow = {};
    this.#late.set(slow, lateMs);
    return () => this.#late.delete(slow);
  }

  /**
   * Silences the open connections for good, as a host does that lost its power: bytes are accepted and dropped, nothing
   * is answered, and neither end sees the other close. New connections work.
   * @returns a function that resets the ends towards the address, as the TCP keepalive of a server does after a while
   */
  swallow(): () => void {
    const silenced = [...this.#connections];
    for (const connection of silenced) connection.isSilent = true;
    return () => {
      for (const { far } of silenced) reset(far);
    };
  }

  /**
   * Silences the open connections for good, and accepts new ones into silence until the returned function is called.
   * @returns a function that lets new connections through again
   */
  blackHole(): () => void {
    const blackHole = {};
    this.#blackHoles.add(blackHole);
    this.swallow();
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
      this.#carry(from, to, connection);
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

  /** Hands on what arrives, in its order, also when the lateness changes in between. */
  #carry(from: Socket, to: Socket, connection: Connection): void {
    let lastDue = 0;
    const later = (forward: () => void) => {
      const act = () => {
        if (!connection.isSilent) forward();
      };
      const now = performance.now();
      const due = Math.max(lastDue, now + Math.max(0, ...this.#late.values()));
      lastDue = due;
      if (due <= now) act();
      else setTimeout(act, due - now);
    };
    from.on('data', (chunk) => later(() => to.write(chunk)));
    from.on('end', () => later(() => to.end()));
  }
}

/** Two sockets, from the client to the link and from the link to the address. */
interface Connection {
  readonly far: Socket;
  isSilent: boolean;
}

/** Lets the other end see a connection that broke. One that is being opened or ended cannot be reset, and would stay open. */
function reset(socket: Socket): void {
  if (socket.connecting || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
