import { serviceError } from '../kit/errors/service-error.ts';

export interface HashingLimits {
  /** Maximum of concurrent hashes. Each takes 19 MiB and a thread. */
  readonly maxConcurrent: number;
  /** Maximum of queued callers. Further ones are refused. */
  readonly maxQueued: number;
}

/** Limits the memory and the threads of password hashing under concurrent sign-ins. */
export class HashingQueue {
  readonly #limits: HashingLimits;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(limits: HashingLimits) {
    this.#limits = limits;
  }

  /**
   * Runs `hash` when a slot is free.
   * @param signal aborts when the caller leaves; its slot is then released without hashing
   * @throws ServiceError `too-many-requests` when the queue is full
   */
  async run<T>(hash: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#acquire();
    try {
      signal?.throwIfAborted();
      return await hash();
    } finally {
      this.#release();
    }
  }

  async #acquire(): Promise<void> {
    if (this.#running < this.#limits.maxConcurrent) {
      this.#running += 1;
      return;
    }
    if (this.#queue.length >= this.#limits.maxQueued)
      throw serviceError('too-many-requests', { retryAfterMs: 1_000 });
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  /**
   * Passes the slot to the next caller in the queue without freeing it, so that a new caller cannot take it in between.
   */
  #release(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
