interface Asked<T, R> {
  readonly item: T;
  readonly answer: PromiseWithResolvers<R>;
}

/**
 * Does in groups what is asked for one by one: what comes while a group is under way waits for the next. So under load a
 * statement, a commit or a call serves many, and alone it does not wait for anyone.
 */
export class Grouped<T, R> {
  readonly #work: (items: readonly T[]) => Promise<readonly R[]>;
  readonly #most: number;
  readonly #keyOf: ((item: T) => string) | undefined;
  #waiting: Asked<T, R>[] = [];
  #running = false;

  /**
   * @param work does a group, and answers for each of its items in their order. When it fails for several, each is done
   *   by itself, so that none fails for another: to do what was done must be harmless
   * @param most items of a group
   * @param keyOf of two with the same key, the one that came later waits for a later group. @default none has a key
   */
  constructor(
    work: (items: readonly T[]) => Promise<readonly R[]>,
    most: number,
    keyOf?: (item: T) => string,
  ) {
    this.#work = work;
    this.#most = most;
    this.#keyOf = keyOf;
  }

  /** Does it with the next group. @throws what the work for it alone throws */
  do(item: T): Promise<R> {
    const answer = Promise.withResolvers<R>();
    this.#waiting.push({ item, answer });
    if (!this.#running) {
      this.#running = true;
      // What is asked for in this turn of the event loop comes along.
      setImmediate(() => void this.#run());
    }
    return answer.promise;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#next();
      try {
        await this.#do(group);
      } catch (error) {
        if (group.length === 1) group[0]?.answer.reject(error);
        else await Promise.all(group.map((one) => this.#do([one]).catch(one.answer.reject)));
      }
    }
    this.#running = false;
  }

  #next(): readonly Asked<T, R>[] {
    const keyOf = this.#keyOf;
    if (!keyOf) return this.#waiting.splice(0, this.#most);
    const group = new Map<string, Asked<T, R>>();
    const later: Asked<T, R>[] = [];
    for (const asked of this.#waiting) {
      const key = keyOf(asked.item);
      if (group.size === this.#most || group.has(key)) later.push(asked);
      else group.set(key, asked);
    }
    this.#waiting = later;
    return [...group.values()];
  }

  async #do(group: readonly Asked<T, R>[]): Promise<void> {
    const answers = await this.#work(group.map(({ item }) => item));
    // There is an answer for each item.
    for (const [index, { answer }] of group.entries()) answer.resolve(answers[index] as R);
  }
}
