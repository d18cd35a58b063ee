import type { ChannelOptions, ServiceConfig } from '@grpc/grpc-js';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { RetryCondition } from '../../../mesh/policy/retries.ts';
import type { MethodDefinition, ServiceDefinition } from '../server/handlers.ts';
import { BALANCER, type BalancePolicy, OBSERVE } from './balance-config.ts';
import './balancer.ts';
import type { Observe } from './decision.ts';

type RetryPolicy = NonNullable<ServiceConfig['methodConfig'][number]['retryPolicy']>;

/** Milliseconds that a call may take with its retries; Infinity without a policy. */
export function timeoutMs(policy: CallPolicy | undefined): number {
  return !policy || policy.timeout === 'none' ? Number.POSITIVE_INFINITY : milliseconds(policy.timeout);
}

/**
 * grpc-js's options for a call policy: balancing, outlier detection and retries. The timeout is not among them, since
 * each call sends the shortest of several deadlines. Without a policy the mesh does all this, and nothing is done here.
 */
export function channelOptions(
  service: ServiceDefinition,
  policy: CallPolicy | undefined,
  observe: Observe = () => {},
): ChannelOptions {
  if (!policy) return { 'grpc.enable_retries': 0, 'grpc.service_config_disable_resolution': 1 };
  const config = {
    loadBalancingConfig: [{ [BALANCER]: balancePolicy(policy) }],
    methodConfig: Object.values(service.methods).flatMap((method) => {
      const retryPolicy = retries(method, policy);
      return retryPolicy ? { name: [{ service: service.fullName, method: method.name }], retryPolicy } : [];
    }),
  };
  return {
    'grpc.service_config': JSON.stringify(config),
    'grpc.service_config_disable_resolution': 1,
    [OBSERVE]: observe,
    // Above 5, grpc-js cuts maxAttempts without a word.
    'grpc-node.retry_max_attempts_limit': (policy.retries?.attempts ?? 0) + 1,
  };
}

/** Fields of `policy` that this process does not enforce. */
export function notEnforced(policy: CallPolicy): readonly string[] {
  const fields = [];
  if (policy.balance?.kind === 'weighted-round-robin') fields.push('balance weighted-round-robin');
  if (policy.retries?.perTryTimeout) fields.push('retries.perTryTimeout');
  if (policy.retries?.budget) fields.push('retries.budget');
  for (const field of ['limits', 'fault', 'hedging'] as const) {
    if (policy[field]) fields.push(field);
  }
  return fields;
}

function balancePolicy({ balance, outlierDetection }: CallPolicy): BalancePolicy {
  return {
    balance: balance && balance.kind !== 'weighted-round-robin' ? balance : { kind: 'round-robin' },
    ...(outlierDetection && { outlierDetection }),
  };
}

function retries(method: MethodDefinition, policy: CallPolicy): RetryPolicy | undefined {
  if (!policy.retries) return undefined;
  const codes = new Set(policy.retries.on.flatMap((condition) => grpcCodes(condition, method)));
  if (codes.size === 0) return undefined;
  const { base, max } = policy.retries.backOff ?? { base: '25ms', max: '250ms' };
  return {
    maxAttempts: policy.retries.attempts + 1,
    initialBackoff: seconds(milliseconds(base)),
    maxBackoff: seconds(milliseconds(max)),
    backoffMultiplier: 2,
    retryableStatusCodes: [...codes],
  };
}

/** The statuses by which a gRPC caller sees a condition of Envoy's. */
function grpcCodes(condition: RetryCondition, method: MethodDefinition): readonly string[] {
  switch (condition) {
    case 'cancelled':
      return ['CANCELLED'];
    case 'deadline-exceeded':
      return ['DEADLINE_EXCEEDED'];
    case 'internal':
      return ['INTERNAL'];
    case 'resource-exhausted':
      return ['RESOURCE_EXHAUSTED'];
    case 'unavailable':
    case 'reset':
    case 'gateway-error':
    case '5xx':
      return ['UNAVAILABLE'];
    // The callee has not begun. grpc-js repeats refused streams by itself, and has no status of its own for a failed
    // connection: UNAVAILABLE stands for it where a repeat does no harm.
    case 'connect-failure':
    case 'refused-stream':
      return method.options.idempotencyLevel ? ['UNAVAILABLE'] : [];
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3)}s`;
}
