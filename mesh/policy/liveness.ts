/**
 * How long a connection may go without an answer before it is closed. A host that loses its power or its network closes
 * nothing: without these limits a connection to it stays open for minutes to hours, and calls on it fail one by one.
 *
 * The mesh and the processes use the same numbers, chosen so that each long-lived connection to a peer that vanished is
 * closed within 15 s. A process that waits for an answer needs a limit of its own besides TCP keepalive: a proxy or a
 * process that hangs still acknowledges TCP segments.
 */

/**
 * TCP keepalive: the first probe after `idleMs` without traffic, then one each `intervalMs`; the connection is reset after
 * `probes` without an answer, 15 s in all. Node.js has fixed values for the last two, so that all layers use those.
 * @see https://nodejs.org/api/net.html#socketsetkeepaliveenable-initialdelay
 */
export const TCP_KEEPALIVE = { idleMs: 5_000, intervalMs: 1_000, probes: 10 } as const;

/** Time to open a connection, in milliseconds, handshakes of TLS and of the protocol included. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** How a connection is asked for a sign of life. */
export interface Heartbeat {
  /** Milliseconds between two questions. */
  readonly intervalMs: number;
  /** Milliseconds that an answer may take. */
  readonly timeoutMs: number;
}

/** A heartbeat of the protocol (PING of HTTP/2, a query on a connection that listens): each `intervalMs`, in milliseconds. */
export const HEARTBEAT: Heartbeat = { intervalMs: 5_000, timeoutMs: 5_000 };

/** Time to answer a request on a connection of one request at a time, in milliseconds. The connection is closed then. */
export const RESPONSE_TIMEOUT_MS = 10_000;

/**
 * Time that a watch of a registry may be silent before it is opened again on a new connection, in milliseconds. A silent
 * watch has no other sign of a peer that vanished, since proxies acknowledge TCP keepalive. Together with the time to open
 * the next watch, changes are seen within 15 s.
 */
export const WATCH_IDLE_TIMEOUT_MS = 10_000;

/** Time for a peer to close its end of a connection, in milliseconds. One that vanished never does; the socket is destroyed. */
export const CLOSE_TIMEOUT_MS = 1_000;
