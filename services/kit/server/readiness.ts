/** Whether a process takes requests: when nothing speaks against it. */
export class Readiness {
  readonly #problems = new Map<string, string>();
  readonly #onChange: (isReady: boolean) => void;

  /** @param onChange is called when readiness changes */
  constructor(onChange: (isReady: boolean) => void = () => {}) {
    this.#onChange = onChange;
  }

  /** Why no requests are taken, a reason for each part that speaks against it; undefined when they are taken. */
  get problem(): string | undefined {
    return this.#problems.size > 0 ? [...this.#problems.values()].join('; ') : undefined;
  }

  /** Says what keeps `part` of the process from taking requests; undefined when nothing does. */
  set(part: string, problem: string | undefined): void {
    const wasReady = this.#problems.size === 0;
    if (problem === undefined) this.#problems.delete(part);
    else this.#problems.set(part, problem);
    const isReady = this.#problems.size === 0;
    if (isReady !== wasReady) this.#onChange(isReady);
  }
}
