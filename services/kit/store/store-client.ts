import { Client, type ClientConfig } from 'pg';
import { CLOSE_TIMEOUT_MS, RESPONSE_TIMEOUT_MS } from '../../../mesh/policy/liveness.ts';

export interface StoreClientConfig extends ClientConfig {
  /** Milliseconds that a statement may wait for its answer; 0 is no limit. @default RESPONSE_TIMEOUT_MS, 10 s */
  readonly answerTimeoutMs?: number;
}

/** The server did not answer in time, and its connection was closed. Whether the statement was executed is unknown. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/**
 * A connection to Postgres that is closed when a statement gets no answer in time. pg's own `query_timeout` rejects the
 * statement and keeps the connection: the next statement waits on it for as long.
 */
export class StoreClient extends Client {
  /** Called before the connection is closed because an answer is late, with the time since when it was due. */
  onSilence: ((askedAt: number) => void) | undefined;
  readonly #answerTimeoutMs: number;
  #timer: NodeJS.Timeout | undefined;
  #pending = 0;
  #askedAt = 0;
  #heardAt = performance.now();

  // Pools call it with their options.
  constructor(
    config: StoreClientConfig = {},
    answerTimeoutMs = config.answerTimeoutMs ?? RESPONSE_TIMEOUT_MS,
  ) {
    super(config);
    this.#answerTimeoutMs = answerTimeoutMs;
    // Assigned rather than overridden: an override would have to repeat each of pg's overloads.
    const query: (...statement: unknown[]) => unknown = this.query.bind(this);
    this.query = ((...statement: unknown[]) => {
      this.#ask();
      return query(...statement);
    }) as Client['query'];
    const end: (done?: () => void) => unknown = this.end.bind(this);
    this.end = ((done?: () => void) => {
      this.#closeSoon();
      return done ? end(done) : end();
    }) as Client['end'];
    this.connection.on('readyForQuery', () => this.#hear());
    // A statement that could not be sent gets no answer.
    this.on('drain', () => {
      this.#pending = 0;
    });
  }

  /** When the server last answered, on the clock of performance.now(). */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Since when an answer is due, on the same clock; undefined when none is. */
  get askedAt(): number | undefined {
    return this.#pending > 0 ? this.#askedAt : undefined;
  }

  /** Closes the connection at once. Statements under way fail with `error`. */
  destroy(error: Error): void {
    this.connection.stream.destroy(error);
  }

  #ask(): void {
    this.#pending += 1;
    if (this.#pending === 1) this.#restart();
  }

  #hear(): void {
    this.#heardAt = performance.now();
    this.#pending = Math.max(0, this.#pending - 1);
    if (this.#pending > 0) this.#restart();
  }

  #restart(): void {
    this.#askedAt = performance.now();
    if (this.#answerTimeoutMs === 0) return;
    // One timer for all statements of the connection: it mostly fires when no answer is due.
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#late(), this.#answerTimeoutMs).unref();
  }

  #late(): void {
    if (this.#pending === 0) return;
    this.onSilence?.(this.#askedAt);
    const seconds = this.#answerTimeoutMs / 1_000;
    this.destroy(new NoAnswerError(`postgres did not answer within ${seconds} s; its connection was closed`));
  }

  /** A peer that vanished never closes its end, and pg waits for that. */
  #closeSoon(): void {
    const timer = setTimeout(() => this.connection.stream.destroy(), CLOSE_TIMEOUT_MS).unref();
    this.once('end', () => clearTimeout(timer));
  }
}
