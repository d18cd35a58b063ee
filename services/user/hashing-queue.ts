import { serviceError } from '../kit/errors/service-error.ts';

export interface HashingLimits {
  /** Hashes computed at once; each takes 19 MiB and a thread. */
  readonly running: number;
  /** Callers that wait for their turn; the next one is refused. */
  readonly waiting: number;
}

/** Bounds the memory and the threads that password hashing takes, however many sign in at once. */
export class HashingQueue {
  readonly #limits: HashingLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: HashingLimits) {
    this.#limits = limits;
  }

  /**
   * Runs `hash` when its turn comes.
   * @param signal a caller that has left gives its turn away
   * @throws ServiceError `too-many-requests` when too many wait already
   */
  async run<T>(hash: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn();
    try {
      signal?.throwIfAborted();
      return await hash();
    } finally {
      this.#pass();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#limits.running) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#limits.waiting)
      throw serviceError('too-many-requests', { retryAfterMs: 1_000 });
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the turn to the next in line, so that the count of the running never passes its limit. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
