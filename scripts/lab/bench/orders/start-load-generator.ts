import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadGeneratorOptions, LoadGeneratorResult, PlaceOrdersMessage } from './load-generator.ts';

const MODULE = fileURLToPath(new URL('load-generator.ts', import.meta.url));

export interface LoadGenerator {
  readonly pid: number;
  /**
   * Places `orders` orders.
   *
   * @param perSecond orders sent per second @default as many as the answers permit
   * @throws Error if the process ends or `signal` aborts
   */
  placeOrders(orders: number, signal: AbortSignal, perSecond?: number): Promise<LoadGeneratorResult>;
  stop(): void;
}

/** Starts a load generator in a separate process. */
export function startLoadGenerator(options: LoadGeneratorOptions): LoadGenerator {
  const child: ChildProcess = fork(MODULE, { execArgv: [] });
  child.send(options);
  return {
    pid: child.pid ?? 0,
    async placeOrders(orders, signal, perSecond) {
      const result = Promise.withResolvers<LoadGeneratorResult>();
      const onExit = (code: number | null) =>
        result.reject(new Error(`the load generator exited with code ${code}`));
      const onAbort = () => result.reject(signal.reason);
      child.once('message', result.resolve).once('exit', onExit);
      signal.addEventListener('abort', onAbort);
      const request: PlaceOrdersMessage = { orders, perSecond };
      child.send(request);
      try {
        return await result.promise;
      } finally {
        child.off('message', result.resolve).off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
      }
    },
    stop: () => child.kill(),
  };
}
