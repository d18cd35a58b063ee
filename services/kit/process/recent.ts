/** Values by their keys, as many as there is room for: those that were set longest ago are forgotten first. */
export class Recent<V> {
  readonly #most: number;
  /** In the order in which they were set: a Map has that of insertion. */
  readonly #values = new Map<string, V>();

  /** @param most values that are remembered */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.#most) return;
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
  }
}
