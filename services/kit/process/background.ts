/** Work of a process other than responding to requests: a consumer, a relay, a timer. */
export interface Background {
  /** Starts the work and returns at once. Called once, when the process is ready. */
  start(): void | Promise<void>;
  /** Resolves when all work has ended. May be called before `start`, and repeatedly. */
  stop(): Promise<void>;
}

/** Combines background work into one Background that starts its parts in order and stops them concurrently. */
export function combineBackground(all: readonly Background[]): Background {
  return {
    async start() {
      for (const one of all) await one.start();
    },
    async stop() {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}

/** Returns background work that runs until its signal aborts. `run` must not reject. */
export function backgroundLoop(run: (signal: AbortSignal) => Promise<void>): Background {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  return {
    start() {
      running ??= run(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
