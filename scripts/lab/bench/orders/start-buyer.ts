import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bought, Purchase } from './buyer.ts';

const BUYER = fileURLToPath(new URL('buyer.ts', import.meta.url));

export interface Buyer {
  readonly pid: number;
  buy(orders: number, signal: AbortSignal): Promise<Bought>;
  stop(): void;
}

/** Customers as a process of their own. */
export function startBuyer(purchase: Purchase): Buyer {
  const buyer: ChildProcess = fork(BUYER, { execArgv: [] });
  buyer.send(purchase);
  return {
    pid: buyer.pid ?? 0,
    async buy(orders, signal) {
      const answered = Promise.withResolvers<Bought>();
      const gone = (code: number | null) =>
        answered.reject(new Error(`the customers' process ended with code ${code}`));
      const stop = () => answered.reject(signal.reason);
      buyer.once('message', answered.resolve).once('exit', gone);
      signal.addEventListener('abort', stop);
      buyer.send(orders);
      try {
        return await answered.promise;
      } finally {
        buyer.off('message', answered.resolve).off('exit', gone);
        signal.removeEventListener('abort', stop);
      }
    },
    stop: () => buyer.kill(),
  };
}
