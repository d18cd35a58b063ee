/** Work that a process does besides answering: a consumer, a relay, a timer. */
export interface Background {
  /** Called once, when the process is ready. Returns at once; the work goes on. */
  start(): void | Promise<void>;
  /** Resolves when nothing of it is under way any more. Harmless before `start`, and when repeated. */
  stop(): Promise<void>;
}

/** Several, started in their order, and stopped at once. */
export function together(all: readonly Background[]): Background {
  return {
    async start() {
      for (const one of all) await one.start();
    },
    async stop() {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}
