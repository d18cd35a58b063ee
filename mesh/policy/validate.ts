import type { Breaker, CallPolicy, Fault, Hedging, Limits, OutlierDetection } from './call-policy.ts';
import { milliseconds } from './duration.ts';
import type { Problem } from './problem.ts';
import { durationFindings, type Finding, numberFindings } from './problem.ts';
import { RANGES } from './ranges.ts';
import { balanceFindings } from './validate-balance.ts';
import { budgetFindings, retriesFindings } from './validate-retries.ts';

const LAYERS: readonly string[] = ['mesh', 'app', 'proxyless'];

/**
 * Returns a problem for each invalid value of a policy. Applies to every layer; `policyDifferences` covers what one
 * layer lacks.
 *
 * @param path of the construct that has the policy
 */
export function policyProblems(policy: CallPolicy, path: string): readonly Problem[] {
  return [...policyFindings(policy)].map((finding) => ({ path, ...finding }));
}

function* policyFindings(policy: CallPolicy): Generator<Finding> {
  const {
    timeout,
    retries,
    balance,
    outlierDetection,
    limits,
    fault,
    hedging,
    breaker,
    layer,
    approximation,
  } = policy;
  if (timeout !== 'none') yield* durationFindings('policy/timeout', 'timeout', timeout);
  if (retries) yield* retriesFindings(retries, timeout);
  if (balance) yield* balanceFindings(balance);
  if (outlierDetection) yield* outlierFindings(outlierDetection);
  if (limits) yield* limitFindings(limits);
  if (fault) yield* faultFindings(fault);
  if (hedging) yield* hedgingFindings(hedging, policy);
  if (breaker) yield* breakerFindings(breaker);
  if (layer !== undefined && !LAYERS.includes(layer)) {
    yield { rule: 'policy/layer', message: `layer is '${layer}': use one of ${LAYERS.join(', ')}` };
  }
  if (approximation !== undefined && approximation !== 'accept') {
    yield {
      rule: 'policy/approximation',
      message: `approximation is '${approximation}': use 'accept', or omit it`,
    };
  }
}

function* outlierFindings(detection: OutlierDetection): Generator<Finding> {
  const rule = 'policy/outlier-detection';
  for (const name of ['consecutiveErrors', 'maxEjectionPercent', 'minHealthPercent'] as const) {
    const field = `outlierDetection.${name}` as const;
    yield* numberFindings(rule, field, detection[name], RANGES[field]);
  }
  yield* durationFindings(rule, 'outlierDetection.interval', detection.interval);
  yield* durationFindings(rule, 'outlierDetection.baseEjectionTime', detection.baseEjectionTime);
  if (detection.maxEjectionPercent === 0) {
    yield {
      rule,
      message:
        'outlierDetection.maxEjectionPercent is 0, which never ejects an endpoint; use at least 1, or omit outlierDetection',
    };
  }
}

function* limitFindings(limits: Limits): Generator<Finding> {
  const names = ['connections', 'pendingRequests', 'requests', 'concurrentRetries'] as const;
  for (const name of names) {
    const field = `limits.${name}` as const;
    yield* numberFindings('policy/limits', field, limits[name], RANGES[field]);
  }
  if (names.every((name) => limits[name] === undefined)) {
    yield { rule: 'policy/limits', message: 'limits is empty: set a limit, or omit limits' };
  }
}

function* faultFindings({ delay, abort }: Fault): Generator<Finding> {
  const rule = 'policy/fault';
  yield* numberFindings(rule, 'fault.delay.percent', delay?.percent, RANGES['fault.delay.percent']);
  yield* durationFindings(rule, 'fault.delay.duration', delay?.duration);
  yield* numberFindings(rule, 'fault.abort.percent', abort?.percent, RANGES['fault.abort.percent']);
  if (abort && !GRPC_STATUSES.includes(abort.grpcStatus)) {
    yield {
      rule,
      message: `fault.abort.grpcStatus is '${abort.grpcStatus}': use one of ${GRPC_STATUSES.join(', ')}`,
    };
  }
  if (!delay && !abort) yield { rule, message: 'fault is empty: set a delay or an abort, or omit fault' };
}

function* hedgingFindings(
  { maxAttempts, delay, budget }: Hedging,
  { timeout, retries }: CallPolicy,
): Generator<Finding> {
  const rule = 'policy/hedging';
  yield* numberFindings(rule, 'hedging.maxAttempts', maxAttempts, RANGES['hedging.maxAttempts']);
  yield* durationFindings(rule, 'hedging.delay', delay, 0);
  yield* budgetFindings(rule, 'hedging.budget', budget);
  if (retries)
    yield {
      rule,
      message: 'the policy has both hedging and retries, and each sends the call again; omit one',
    };
  if (timeout === 'none') {
    yield {
      rule,
      message: "timeout is 'none' with hedging: a stream cannot be sent twice; omit hedging",
    };
  } else if (milliseconds(delay) >= milliseconds(timeout)) {
    yield {
      rule,
      message: `hedging.delay is '${delay}' and timeout '${timeout}': no second attempt could start before the deadline; use a shorter delay`,
    };
  }
}

function* breakerFindings({ failurePercent, minRequests, window, openTime }: Breaker): Generator<Finding> {
  const rule = 'policy/breaker';
  yield* numberFindings(rule, 'breaker.failurePercent', failurePercent, RANGES['breaker.failurePercent']);
  yield* numberFindings(rule, 'breaker.minRequests', minRequests, RANGES['breaker.minRequests']);
  yield* durationFindings(rule, 'breaker.window', window);
  yield* durationFindings(rule, 'breaker.openTime', openTime);
}

/** The gRPC status codes of a failed call (https://grpc.io/docs/guides/status-codes/). */
const GRPC_STATUSES: readonly string[] = [
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
