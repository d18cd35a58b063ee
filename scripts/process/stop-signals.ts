/** The reason of an abort by Ctrl-C or another signal that asks the process to stop. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';

  constructor() {
    super('stopped');
  }
}

export interface StopSignals {
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Resolves when the process is asked to stop. */
  readonly received: Promise<void>;
  /** Sets what happens, before the process ends, when it is asked a second time. */
  readonly onSecond: (act: () => void) => void;
}

/** A terminal, npm and scripts/run.mjs may each pass on one and the same Ctrl-C; milliseconds. */
const ECHO_MS = 300;

/** Listens to Ctrl-C, SIGTERM, the end of the terminal, and the end of scripts/run.mjs. */
export function stopSignals(): StopSignals {
  const controller = new AbortController();
  const received = Promise.withResolvers<void>();
  let second = () => {};
  let first: number | undefined;
  const stop = () => {
    if (first === undefined) {
      first = performance.now();
      controller.abort(new StoppedError());
      received.resolve();
    } else if (performance.now() - first > ECHO_MS) {
      second();
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
  process.channel?.unref();
  return {
    signal: controller.signal,
    received: received.promise,
    onSecond: (act) => {
      second = act;
    },
  };
}
