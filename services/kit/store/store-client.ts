import { Client, type ClientConfig } from 'pg';
import { CLOSE_TIMEOUT_MS, type Heartbeat, RESPONSE_TIMEOUT_MS } from '../../../mesh/policy/liveness.ts';
import { tracedQuery } from '../telemetry/traced-query.ts';
import { isSampled, outsideTrace } from '../telemetry/tracing.ts';

export interface StoreClientConfig extends ClientConfig {
  /** Maximum milliseconds a statement waits for its response; 0 is unlimited. @default RESPONSE_TIMEOUT_MS, 10 s */
  readonly responseTimeoutMs?: number;
}

/** The server did not respond in time, and the connection was closed. Whether the statement was executed is unknown. */
export class NoResponseError extends Error {
  override readonly name = 'NoResponseError';
}

/**
 * A Postgres connection that is closed when a statement gets no response in time. pg's own `query_timeout` rejects the
 * statement but keeps the connection, on which the next statement waits just as long.
 */
export class StoreClient extends Client {
  /**
   * Called before the connection is closed for a missing response, with the time since which the response is pending.
   */
  onResponseTimeout: ((pendingSince: number) => void) | undefined;
  readonly #responseTimeoutMs: number;
  #timer: NodeJS.Timeout | undefined;
  #pendingStatements = 0;
  #pendingSince = 0;
  #lastResponseAt = performance.now();

  // A pool passes its own options as `config`.
  constructor(
    config: StoreClientConfig = {},
    responseTimeoutMs = config.responseTimeoutMs ?? RESPONSE_TIMEOUT_MS,
  ) {
    super(config);
    this.#responseTimeoutMs = responseTimeoutMs;
    // Assigned rather than overridden: an override would have to repeat each of pg's overloads.
    const query: (...statement: unknown[]) => unknown = this.query.bind(this);
    this.query = ((...statement: unknown[]) => {
      this.#onStatement();
      const traced = isSampled() ? tracedQuery() : undefined;
      return traced ? traced.apply(this, statement) : query(...statement);
    }) as Client['query'];
    const end: (callback?: () => void) => unknown = this.end.bind(this);
    this.end = ((callback?: () => void) => {
      this.#limitClosing();
      return callback ? end(callback) : end();
    }) as Client['end'];
    this.connection.on('readyForQuery', () => this.#onResponse());
    // A statement that could not be sent gets no response.
    this.on('drain', () => {
      this.#pendingStatements = 0;
    });
  }

  /** Time of the server's last response, on the clock of performance.now(). */
  get lastResponseAt(): number {
    return this.#lastResponseAt;
  }

  /** Time since which a response is pending, on the same clock; undefined when none is. */
  get pendingSince(): number | undefined {
    return this.#pendingStatements > 0 ? this.#pendingSince : undefined;
  }

  /** Closes the connection at once. Pending statements fail with `error`. */
  destroy(error: Error): void {
    this.connection.stream.destroy(error);
  }

  #onStatement(): void {
    this.#pendingStatements += 1;
    if (this.#pendingStatements === 1) this.#restartTimer();
  }

  #onResponse(): void {
    this.#lastResponseAt = performance.now();
    this.#pendingStatements = Math.max(0, this.#pendingStatements - 1);
    if (this.#pendingStatements > 0) this.#restartTimer();
  }

  #restartTimer(): void {
    this.#pendingSince = performance.now();
    if (this.#responseTimeoutMs === 0) return;
    // One timer serves all statements of the connection. It mostly fires while no response is pending.
    if (this.#timer) this.#timer.refresh();
    else
      this.#timer = outsideTrace(() => setTimeout(() => this.#onTimeout(), this.#responseTimeoutMs).unref());
  }

  #onTimeout(): void {
    if (this.#pendingStatements === 0) return;
    this.onResponseTimeout?.(this.#pendingSince);
    const seconds = this.#responseTimeoutMs / 1_000;
    const message = `postgres did not respond within ${seconds} s; its connection was closed`;
    this.destroy(new NoResponseError(message));
  }

  /** Bounds the wait of pg's `end` for the peer to close: a peer that vanished never does. */
  #limitClosing(): void {
    const timer = setTimeout(() => this.connection.stream.destroy(), CLOSE_TIMEOUT_MS).unref();
    this.once('end', () => clearTimeout(timer));
  }
}

/**
 * Sends an empty statement every `intervalMs` while the connection is idle, until it ends. A vanished peer is then
 * detected on an idle connection too, because the response to the statement is missing.
 */
export function startHeartbeat(client: StoreClient, { intervalMs }: Heartbeat): void {
  const timer = setInterval(() => {
    // A failure ends the connection, and its owner receives the event `error`.
    if (client.pendingSince === undefined) client.query('SELECT').catch(() => {});
  }, intervalMs).unref();
  client.once('end', () => clearInterval(timer));
}
