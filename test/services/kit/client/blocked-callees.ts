import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { PolicyDecision } from '../../../../services/kit/client/policy-decision.ts';
import { serviceError } from '../../../../services/kit/errors/service-error.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

/** Returns functions that start callees and clients on loopback; `close` stops all of them. */
export function blockedCallees() {
  const world = productWorld();

  /** Starts a callee that responds only when the test releases its requests. */
  async function startBlockedCallee() {
    const waiting: (() => void)[] = [];
    const state = { requestCount: 0, open: 0, isFailing: false };
    const { address } = await world.serve({
      getProduct: async (_, { signal }) => {
        state.requestCount++;
        state.open++;
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => resolve());
        });
        state.open--;
        if (state.isFailing) throw serviceError('unavailable');
        return { product: PRODUCT };
      },
    });
    const release = () => {
      for (const one of waiting.splice(0)) one();
    };
    return { address, state, waiting, release };
  }

  /** Returns a client with `policy`, and the decisions that it reports. */
  function client(addresses: readonly string[], policy: Partial<CallPolicy>) {
    const decisions: PolicyDecision[] = [];
    const observe = (decision: PolicyDecision) => decisions.push(decision);
    return { client: world.client(addresses, { policy: { timeout: '20s', ...policy }, observe }), decisions };
  }
  return { startBlockedCallee, client, serve: world.serve, close: world.close };
}
