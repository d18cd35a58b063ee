import type { Limits } from '../../../mesh/policy/call-policy.ts';
import type { RetryBudget } from '../../../mesh/policy/retries.ts';

/** What a process has open towards one callee under one call policy. */
export class InFlight {
  /** Calls, whatever their tries. */
  requests = 0;
  /** Calls that wait for a connection. */
  pending = 0;
  /** Retries and hedges that wait or run. */
  retries = 0;

  /** The limit that one more call would break. */
  broken(limits: Limits | undefined, isConnected: () => boolean): 'requests' | 'pendingRequests' | undefined {
    if (!limits) return undefined;
    if (this.requests >= (limits.requests ?? Number.POSITIVE_INFINITY)) return 'requests';
    const { pendingRequests = Number.POSITIVE_INFINITY } = limits;
    return this.pending >= pendingRequests && !isConnected() ? 'pendingRequests' : undefined;
  }

  /**
   * What forbids one more retry. A budget takes the place of the limit, as Envoy's does
   * (config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget).
   */
  forbids(
    budget: RetryBudget | undefined,
    limits: Limits | undefined,
  ): 'budget' | 'concurrentRetries' | undefined {
    if (budget) {
      const allowed = Math.max(budget.minConcurrency, (budget.percent / 100) * this.requests);
      return this.retries + 1 > allowed ? 'budget' : undefined;
    }
    return this.retries >= (limits?.concurrentRetries ?? Number.POSITIVE_INFINITY)
      ? 'concurrentRetries'
      : undefined;
  }
}
