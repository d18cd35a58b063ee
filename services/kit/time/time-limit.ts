/**
 * A renewable time limit on operations of a peer. It owns its timer and its AbortController, unlike AbortSignal.any: a
 * signal composed by that function may be garbage-collected after a fetch has its response, and then never aborts.
 */
export class TimeLimit {
  readonly #source: AbortSignal;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;
  #isLate = false;
  readonly #abort = () => this.#controller.abort(this.#source.reason);

  /** @param source aborts the operation earlier when it aborts */
  constructor(source: AbortSignal, milliseconds: number) {
    this.#source = source;
    this.#timer = this.#start(milliseconds);
    if (source.aborted) this.#abort();
    source.addEventListener('abort', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the signal aborted because the time was over. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Restarts the limit with `milliseconds` from now. */
  renew(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start(milliseconds);
  }

  /**
   * Returns the outcome of `promise`, unless the signal aborts first. A later outcome is discarded.
   * @throws the reason of the signal once it has aborted
   */
  async race<T>(promise: Promise<T>): Promise<T> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = () => reject(this.signal.reason);
    if (this.signal.aborted) abort();
    this.signal.addEventListener('abort', abort);
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      this.signal.removeEventListener('abort', abort);
    }
  }

  /** Removes the limit and its listeners. */
  end(): void {
    clearTimeout(this.#timer);
    this.#source.removeEventListener('abort', this.#abort);
  }

  #start(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#isLate = true;
      this.#controller.abort(new Error(`not within ${milliseconds} ms`));
    }, milliseconds).unref();
  }
}
