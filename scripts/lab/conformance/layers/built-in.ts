import type { ClientOptions } from '@grpc/grpc-js';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../../mesh/policy/duration.ts';
import { withOutlierDefaults } from '../../../../mesh/policy/outlier-defaults.ts';
import type { RetryCondition } from '../../../../mesh/policy/retries.ts';
import { PROBE_SERVICE } from '../probe-service.ts';
import { grpcCaller } from './grpc-caller.ts';
import type { OpenCaller } from './layer.ts';

/** Opens a caller with plain grpc-js. Its service config holds the fields of the policy that gRPC has an equivalent for. */
export const builtIn: OpenCaller = (policy, addresses) =>
  grpcCaller(`ipv4:${addresses.join()}`, options(policy));

function options({ timeout, retries, balance, outlierDetection, hedging }: CallPolicy): ClientOptions {
  const outliers = outlierDetection && withOutlierDefaults(outlierDetection);
  const codes = [...new Set(retries?.on.flatMap(codeOf) ?? [])];
  const policyName = balance?.kind === 'weighted-round-robin' ? 'weighted_round_robin' : 'round_robin';
  const child = [{ [policyName]: {} }];
  const config = {
    loadBalancingConfig: outliers
      ? [
          {
            outlier_detection: {
              interval: seconds(milliseconds(outliers.interval)),
              base_ejection_time: seconds(milliseconds(outliers.baseEjectionTime)),
              max_ejection_percent: outliers.maxEjectionPercent,
              failure_percentage_ejection: { threshold: 85, minimum_hosts: 1, request_volume: 5 },
              child_policy: child,
            },
          },
        ]
      : child,
    methodConfig: [
      {
        name: [{ service: PROBE_SERVICE.fullName, method: 'Read' }],
        ...(timeout !== 'none' && { timeout: seconds(milliseconds(timeout)) }),
        ...(hedging && {
          hedgingPolicy: {
            maxAttempts: hedging.maxAttempts,
            hedgingDelay: `${milliseconds(hedging.delay) / 1_000}s`,
            nonFatalStatusCodes: ['UNAVAILABLE'],
          },
        }),
        ...(retries &&
          codes.length > 0 && {
            retryPolicy: {
              maxAttempts: retries.max + 1,
              initialBackoff: `${milliseconds(retries.backOff?.base ?? '25ms') / 1_000}s`,
              maxBackoff: `${milliseconds(retries.backOff?.max ?? '250ms') / 1_000}s`,
              backoffMultiplier: 2,
              retryableStatusCodes: codes,
            },
          }),
      },
    ],
    // The closest equivalent of a retry budget: each success adds a fraction of a token.
    ...(retries?.budget && { retryThrottling: { maxTokens: 10, tokenRatio: retries.budget.percent / 100 } }),
  };
  return {
    'grpc.service_config': JSON.stringify(config),
    'grpc.service_config_disable_resolution': 1,
    'grpc-node.retry_max_attempts_limit': 11,
  };
}

function codeOf(condition: RetryCondition): readonly string[] {
  switch (condition) {
    case 'cancelled':
    case 'deadline-exceeded':
    case 'internal':
    case 'resource-exhausted':
      return [condition.toUpperCase().replaceAll('-', '_')];
    default:
      return ['UNAVAILABLE'];
  }
}

function seconds(ms: number): { readonly seconds: number; readonly nanos: number } {
  return { seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 };
}
