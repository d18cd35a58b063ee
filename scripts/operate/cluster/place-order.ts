import { setTimeout as delay } from 'node:timers/promises';
import { type FirstOrder, placeFirstOrder } from '../local/first-order.ts';

/** Timeout of the ingress path after all pods are ready. */
const READY_TIMEOUT_MS = 90_000;

/**
 * Places an order through the ingress gateway, and retries until it succeeds. Shortly after all pods are ready, proxies
 * may not have the newest endpoints yet, and istiod may not have the signing keys of tokens.
 *
 * @throws Error with the latest rejection after the timeout
 */
export async function placeOrderWhenReady(address: string, signal: AbortSignal): Promise<FirstOrder> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      return await placeFirstOrder(address, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (performance.now() > deadline) throw error;
    }
    await delay(500, undefined, { signal });
  }
}
