import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to one address, which can be cut and slowed. */
export class Link {
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  readonly #cuts = new Set<object>();
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

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(near: Socket): void {
    if (this.#cuts.size > 0) {
      reset(near.on('error', () => {}));
      return;
    }
    const far = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      this.#carry(from, to);
      from.on('error', () => reset(to));
      from.on('close', () => {
        this.#sockets.delete(from);
        if (!to.writableEnded) reset(to);
      });
    }
  }

  /** Hands on what arrives, in its order, also when the lateness changes in between. */
  #carry(from: Socket, to: Socket): void {
    let lastDue = 0;
    const later = (act: () => void) => {
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

/** Lets the other end see a connection that broke. One that is being opened or ended cannot be reset, and would stay open. */
function reset(socket: Socket): void {
  if (socket.connecting || socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
