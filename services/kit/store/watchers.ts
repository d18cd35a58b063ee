/** One reader's view of a key: holds the newest value only, so that a slow reader costs no memory. */
export interface Watch<T> {
  /** The newest value that was not taken yet, as soon as there is one; undefined once the signal has aborted. */
  next(): Promise<T | undefined>;
  /** Ends it. */
  close(): void;
}

/** Hands values on to those of this process who watch their key. Readers that are slow miss values in between. */
export class Watchers<T> {
  readonly #slots = new Map<string, Set<Slot<T>>>();

  /** Keys that someone watches. */
  keys(): readonly string[] {
    return [...this.#slots.keys()];
  }

  publish(key: string, value: T): void {
    for (const slot of this.#slots.get(key) ?? []) slot.put(value);
  }

  /** Watches `key` from this moment on. Open it before reading the present state, and nothing is missed. */
  open(key: string, signal: AbortSignal): Watch<T> {
    const slot = new Slot<T>(signal);
    const slots = this.#slots.get(key) ?? new Set();
    this.#slots.set(key, slots.add(slot));
    signal.addEventListener('abort', slot.wake, { once: true });
    return {
      next: () => slot.take(),
      close: () => {
        signal.removeEventListener('abort', slot.wake);
        slots.delete(slot);
        if (slots.size === 0 && this.#slots.get(key) === slots) this.#slots.delete(key);
      },
    };
  }
}

class Slot<T> {
  readonly #signal: AbortSignal;
  #value: T | undefined;
  #waiting = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  readonly wake = (): void => this.#waiting.resolve();

  put(value: T): void {
    this.#value = value;
    this.wake();
  }

  async take(): Promise<T | undefined> {
    if (!this.#signal.aborted) await this.#waiting.promise;
    if (this.#signal.aborted) return undefined;
    this.#waiting = Promise.withResolvers();
    const value = this.#value;
    this.#value = undefined;
    return value;
  }
}
