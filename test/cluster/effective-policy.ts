import { status } from '@grpc/grpc-js';
import type { Call } from '../../mesh/graph/call.ts';
import type { Balance } from '../../mesh/policy/balance.ts';
import type { CallPolicy } from '../../mesh/policy/call-policy.ts';
import { type Duration, milliseconds } from '../../mesh/policy/duration.ts';

/** Everything that Envoy does with a call. Describes both a policy of the graph and the configuration of a proxy. */
export interface EffectivePolicy {
  /** Milliseconds; 0 for no timeout. */
  readonly timeoutMs: number;
  readonly retries: object | 'none';
  readonly fault: object | 'none';
  readonly balance: object;
  readonly outlierDetection: object | 'none';
  readonly limits: object;
  readonly retryBudget: object | 'none';
  /** Identities that the certificate of the callee may have. */
  readonly identities: readonly string[];
  /** Fields of the proxy's configuration that no policy sets. */
  readonly unknown: readonly string[];
}

/** Istio's value for no limit. */
export const UNLIMITED = 4_294_967_295;

/** Returns what the sidecar of the caller must do with a call, from the policy of the graph. */
export function expectedPolicy({ policy, callee }: Call): EffectivePolicy {
  const { retries, outlierDetection: outlier, limits = {}, fault } = policy;
  return {
    timeoutMs: policy.timeout === 'none' ? 0 : milliseconds(policy.timeout),
    retries: retries
      ? {
          attempts: retries.max,
          on: retries.on.toSorted(),
          perTryMs: retries.perTryTimeout ? milliseconds(retries.perTryTimeout) : 'timeout',
          backOffMs: retries.backOff ? milliseconds(retries.backOff.base) : 'default',
        }
      : 'none',
    fault: fault ? expectedFault(fault) : 'none',
    balance: expectedBalance(policy.balance ?? { kind: 'round-robin' }),
    outlierDetection: outlier
      ? {
          consecutiveErrors: outlier.consecutiveErrors,
          intervalMs: ms(outlier.interval, '10s'),
          baseEjectionMs: ms(outlier.baseEjectionTime, '30s'),
          maxEjectionPercent: outlier.maxEjectionPercent ?? 10,
          minHealthPercent: outlier.minHealthPercent ?? 0,
        }
      : 'none',
    limits: {
      connections: limits.connections ?? UNLIMITED,
      pendingRequests: limits.pendingRequests ?? UNLIMITED,
      requests: limits.requests ?? UNLIMITED,
      concurrentRetries: limits.concurrentRetries ?? UNLIMITED,
    },
    retryBudget: retries?.budget
      ? { percent: retries.budget.percent, minConcurrency: retries.budget.minConcurrency }
      : 'none',
    identities: [`spiffe://cluster.local/ns/${callee.platform.namespace}/sa/${callee.name}`],
    unknown: [],
  };
}

function expectedFault({ delay, abort }: NonNullable<CallPolicy['fault']>) {
  return {
    ...(delay && { delay: { percent: delay.percent, ms: milliseconds(delay.duration) } }),
    ...(abort && {
      abort: { percent: abort.percent, status: status[abort.grpcStatus as keyof typeof status] },
    }),
  };
}

function expectedBalance(balance: Balance): object {
  switch (balance.kind) {
    case 'consistent-hash': {
      const { by, table = { kind: 'ring' } } = balance;
      return {
        policy: table.kind === 'ring' ? 'RING_HASH' : 'MAGLEV',
        by: 'header' in by ? by.header : 'source',
        size: table.kind === 'ring' ? (table.minSize ?? 1_024) : (table.tableSize ?? 65_537),
      };
    }
    case 'random':
      return { policy: 'RANDOM' };
    case 'peak-ewma':
    case 'least-request':
      return { policy: 'LEAST_REQUEST' };
    case 'round-robin':
    case 'weighted-round-robin':
      return { policy: 'ROUND_ROBIN' };
  }
}

function ms(duration: Duration | undefined, otherwise: Duration): number {
  return milliseconds(duration ?? otherwise);
}
