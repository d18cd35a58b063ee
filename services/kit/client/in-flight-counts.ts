import type { Limits } from '../../../mesh/policy/call-policy.ts';
import type { RetryBudget } from '../../../mesh/policy/retries.ts';

/** Counts what a process has in flight under one call policy, and compares the counts to the policy's limits. */
export class InFlightCounts {
  /** Calls, regardless of their number of attempts. */
  requests = 0;
  /** Attempts that wait for a connection. */
  pending = 0;
  /** Retries and hedges that run or wait for their back-off. */
  retries = 0;

  /** Returns the limit that one more call would exceed. */
  findReachedLimit(
    limits: Limits | undefined,
    isConnected: () => boolean,
  ): 'requests' | 'pendingRequests' | undefined {
    if (!limits) return undefined;
    if (this.requests >= (limits.requests ?? Number.POSITIVE_INFINITY)) return 'requests';
    const { pendingRequests = Number.POSITIVE_INFINITY } = limits;
    return this.pending >= pendingRequests && !isConnected() ? 'pendingRequests' : undefined;
  }

  /**
   * Returns the limit that one more retry would exceed. A budget replaces the limit of concurrent retries, as in Envoy
   * (config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget).
   */
  findRetryLimit(
    budget: RetryBudget | undefined,
    limits: Limits | undefined,
  ): 'budget' | 'concurrentRetries' | undefined {
    if (budget) {
      const maxRetries = Math.max(budget.minConcurrency, (budget.percent / 100) * this.requests);
      return this.retries + 1 > maxRetries ? 'budget' : undefined;
    }
    return this.retries >= (limits?.concurrentRetries ?? Number.POSITIVE_INFINITY)
      ? 'concurrentRetries'
      : undefined;
  }
}
