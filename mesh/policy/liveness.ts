/**
 * Time limits that detect a peer that vanished. A host that loses its power or its network does not close its
 * connections. Without these limits, a connection to it stays open for minutes to hours, and each call on it fails only
 * at its deadline.
 *
 * The mesh and the processes use the same values, chosen so that each long-lived connection to a vanished peer is
 * closed within 15 s. TCP keepalive is not enough for a process that waits for a response: a proxy in between, or a
 * peer that hangs, still acknowledges TCP segments.
 */

/**
 * TCP keepalive: the first probe is sent after `idleMs` without traffic, further probes every `intervalMs`, and the
 * connection is reset after `probes` probes without an answer, 15 s in all. Node.js does not expose the last two
 * settings, so all layers use Node's values.
 * @see https://nodejs.org/api/net.html#socketsetkeepaliveenable-initialdelay
 */
export const TCP_KEEPALIVE = { idleMs: 5_000, intervalMs: 1_000, probes: 10 } as const;

/** Timeout for opening a connection, including the handshakes of TLS and of the protocol, in milliseconds. */
export const CONNECT_TIMEOUT_MS = 5_000;

/** A heartbeat of the protocol: an HTTP/2 PING, or a query on a connection that is otherwise idle. */
export interface Heartbeat {
  /** Milliseconds between two heartbeats. */
  readonly intervalMs: number;
  /** Timeout of the response in milliseconds. */
  readonly timeoutMs: number;
}

export const HEARTBEAT: Heartbeat = { intervalMs: 5_000, timeoutMs: 5_000 };

/**
 * Timeout of a response on a connection that processes one request at a time, in milliseconds. The connection is closed
 * when it expires.
 */
export const RESPONSE_TIMEOUT_MS = 10_000;

/**
 * Idle timeout of a watch of a service registry, in milliseconds. When it expires, the watch is opened again on a new
 * connection, because TCP keepalive does not detect a vanished peer behind a proxy. Together with the time to open the
 * next watch, changes are noticed within 15 s.
 */
export const WATCH_IDLE_TIMEOUT_MS = 10_000;

/** Time for a peer to close its end of a connection, in milliseconds. After that the socket is destroyed. */
export const CLOSE_TIMEOUT_MS = 1_000;
