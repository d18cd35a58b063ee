import { setTimeout as delay } from 'node:timers/promises';
import { type FirstOrder, placeFirstOrder } from '../local/first-order.ts';

/** How long the way in may take to open once all pods are ready, milliseconds. */
const READY_TIMEOUT_MS = 90_000;

/**
 * Places an order through the ingress gateway. The proxies learn of the last pods, and istiod of the keys that tokens
 * are signed with, a moment after the pods are ready: until then an order is tried again.
 *
 * @throws Error with the last refusal, when it goes on
 */
export async function placeOrderWhenReady(address: string, signal: AbortSignal): Promise<FirstOrder> {
  const until = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      return await placeFirstOrder(address, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (performance.now() > until) throw error;
    }
    await delay(500, undefined, { signal });
  }
}
