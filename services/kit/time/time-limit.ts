/**
 * Ends what a peer does not. It holds timer and signal itself: signals that are made from others (AbortSignal.any) are
 * held by nobody once a fetch has its answer, and one that is collected as garbage never aborts.
 */
export class TimeLimit {
  readonly #source: AbortSignal;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout;
  #isLate = false;
  readonly #abort = () => this.#over.abort(this.#source.reason);

  /** @param source ends it before `milliseconds` are over */
  constructor(source: AbortSignal, milliseconds: number) {
    this.#source = source;
    this.#timer = this.#start(milliseconds);
    if (source.aborted) this.#abort();
    source.addEventListener('abort', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Whether it was the time that ended it. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Gives it so many milliseconds from now on. */
  renew(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start(milliseconds);
  }

  /**
   * What comes of `promise`; what it does after the limit is nobody's concern.
   * @throws the reason of the signal, once that is aborted
   */
  async race<T>(promise: Promise<T>): Promise<T> {
    const { promise: over, reject } = Promise.withResolvers<never>();
    const abort = () => reject(this.signal.reason);
    if (this.signal.aborted) abort();
    this.signal.addEventListener('abort', abort);
    try {
      return await Promise.race([promise, over]);
    } finally {
      this.signal.removeEventListener('abort', abort);
    }
  }

  /** Limits nothing any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#source.removeEventListener('abort', this.#abort);
  }

  #start(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#isLate = true;
      this.#over.abort(new Error(`not within ${milliseconds} ms`));
    }, milliseconds).unref();
  }
}
