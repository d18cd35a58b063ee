/** Tracks whether a process accepts requests: it does while no part of it reports a problem. */
export class Readiness {
  readonly #problems = new Map<string, string>();
  readonly #onChange: (isReady: boolean) => void;

  /** @param onChange is called when readiness changes */
  constructor(onChange: (isReady: boolean) => void = () => {}) {
    this.#onChange = onChange;
  }

  /** Why no requests are accepted, with a reason for each part; undefined when they are accepted. */
  get problem(): string | undefined {
    return this.#problems.size > 0 ? [...this.#problems.values()].join('; ') : undefined;
  }

  /** Sets the problem that keeps `part` of the process from serving requests; undefined clears it. */
  set(part: string, problem: string | undefined): void {
    const wasReady = this.#problems.size === 0;
    if (problem === undefined) this.#problems.delete(part);
    else this.#problems.set(part, problem);
    const isReady = this.#problems.size === 0;
    if (isReady !== wasReady) this.#onChange(isReady);
  }
}
