/** One reader's subscription to a key. It holds only the newest value, which bounds the memory of a slow reader. */
export interface KeyWatch<T> {
  /** Resolves with the newest value not yet read, or with undefined once the signal has aborted. */
  next(): Promise<T | undefined>;
  /** Ends the subscription. */
  close(): void;
}

/** Distributes values to the readers of a key within this process. Slow readers miss intermediate values. */
export class Watchers<T> {
  readonly #slots = new Map<string, Set<Slot<T>>>();

  /** Returns the keys that have a reader. */
  keys(): readonly string[] {
    return [...this.#slots.keys()];
  }

  publish(key: string, value: T): void {
    for (const slot of this.#slots.get(key) ?? []) slot.put(value);
  }

  /** Subscribes to `key`. To miss no change, subscribe before you read the current state. */
  open(key: string, signal: AbortSignal): KeyWatch<T> {
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
  #filled = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  readonly wake = (): void => this.#filled.resolve();

  put(value: T): void {
    this.#value = value;
    this.wake();
  }

  async take(): Promise<T | undefined> {
    if (!this.#signal.aborted) await this.#filled.promise;
    if (this.#signal.aborted) return undefined;
    this.#filled = Promise.withResolvers();
    const value = this.#value;
    this.#value = undefined;
    return value;
  }
}
