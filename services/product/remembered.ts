export interface RememberedLimits {
  /** Milliseconds for which an answer is given again. */
  readonly maxAgeMs: number;
  /** Answers kept at most; the one asked for first is forgotten first. */
  readonly size: number;
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number;
}

/** Answers that are given again for a while. Those who ask while an answer is on its way share it; a failure is not kept. */
export class Remembered<T> {
  readonly #limits: Required<RememberedLimits>;
  readonly #answers = new Map<string, { readonly answer: Promise<T>; readonly until: number }>();

  constructor({ now = () => performance.now(), ...limits }: RememberedLimits) {
    this.#limits = { now, ...limits };
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const { maxAgeMs, now } = this.#limits;
    const known = this.#answers.get(key);
    if (known && now() < known.until) return known.answer;
    const answer = ask();
    this.#answers.delete(key);
    this.#answers.set(key, { answer, until: now() + maxAgeMs });
    answer.catch(() => {
      if (this.#answers.get(key)?.answer === answer) this.#answers.delete(key);
    });
    this.#forgetOldest();
    return answer;
  }

  #forgetOldest(): void {
    for (const key of this.#answers.keys()) {
      if (this.#answers.size <= this.#limits.size) return;
      this.#answers.delete(key);
    }
  }
}
