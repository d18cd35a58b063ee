/** The abort reason after Ctrl-C or another stop signal. */
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
  /** Sets the callback that runs before a second stop signal ends the process. */
  readonly onSecond: (act: () => void) => void;
}

/**
 * Time in which further signals count as the same Ctrl-C, as the terminal, npm and scripts/run.mjs may each forward it.
 */
const ECHO_MS = 300;

/** Listens for Ctrl-C, SIGTERM, a closed terminal, and the exit of scripts/run.mjs. */
export function listenForStopSignals(): StopSignals {
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
