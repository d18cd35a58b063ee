import type { Breaker, CallPolicy, Fault, Hedging, Limits, OutlierDetection } from './call-policy.ts';
import { milliseconds } from './duration.ts';
import { durationFindings, type Finding, numberFindings } from './finding.ts';
import type { Problem } from './problem.ts';
import { balanceFindings } from './validate-balance.ts';
import { budgetFindings, retriesFindings } from './validate-retries.ts';

const LAYERS: readonly string[] = ['mesh', 'app', 'proxyless'];

/**
 * Everything that is wrong with the values of a policy, whoever enforces it.
 *
 * @param path of what holds the policy
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
    yield { rule: 'policy/layer', message: `layer is '${layer}': give one of ${LAYERS.join(', ')}` };
  }
  if (approximation !== undefined && approximation !== 'accept') {
    yield {
      rule: 'policy/approximate',
      message: `approximate is '${approximation}': say 'accept', or leave it out`,
    };
  }
}

function* outlierFindings(detection: OutlierDetection): Generator<Finding> {
  const rule = 'policy/outlier-detection';
  const percent = { min: 0, max: 100 };
  const { consecutiveErrors, interval, baseEjectionTime, maxEjectionPercent, minHealthPercent } = detection;
  yield* numberFindings(rule, 'outlierDetection.consecutiveErrors', consecutiveErrors, {
    min: 1,
    max: 2 ** 32 - 1,
    isInteger: true,
  });
  yield* durationFindings(rule, 'outlierDetection.interval', interval);
  yield* durationFindings(rule, 'outlierDetection.baseEjectionTime', baseEjectionTime);
  yield* numberFindings(rule, 'outlierDetection.maxEjectionPercent', maxEjectionPercent, {
    ...percent,
    isInteger: true,
  });
  yield* numberFindings(rule, 'outlierDetection.minHealthPercent', minHealthPercent, {
    ...percent,
    isInteger: true,
  });
  if (maxEjectionPercent === 0) {
    yield {
      rule,
      message:
        'outlierDetection.maxEjectionPercent is 0: nothing could be ejected; leave outlierDetection out',
    };
  }
}

function* limitFindings(limits: Limits): Generator<Finding> {
  const names = ['connections', 'pendingRequests', 'requests', 'concurrentRetries'] as const;
  for (const name of names) {
    // Envoy takes 0, and then refuses everything.
    yield* numberFindings('policy/limits', `limits.${name}`, limits[name], {
      min: 1,
      max: 2 ** 31 - 1,
      isInteger: true,
    });
  }
  if (names.every((name) => limits[name] === undefined)) {
    yield { rule: 'policy/limits', message: 'limits is empty: give a limit, or leave it out' };
  }
}

function* faultFindings({ delay, abort }: Fault): Generator<Finding> {
  const rule = 'policy/fault';
  const percent = { min: 0, max: 100 };
  yield* numberFindings(rule, 'fault.delay.percent', delay?.percent, percent);
  yield* durationFindings(rule, 'fault.delay.duration', delay?.duration);
  yield* numberFindings(rule, 'fault.abort.percent', abort?.percent, percent);
  if (abort && !GRPC_STATUSES.includes(abort.grpcStatus)) {
    yield {
      rule,
      message: `fault.abort.grpcStatus is '${abort.grpcStatus}': give one of ${GRPC_STATUSES.join(', ')}`,
    };
  }
  if (!delay && !abort) yield { rule, message: 'fault is empty: give a delay or an abort, or leave it out' };
}

function* hedgingFindings(
  { maxAttempts, delay, budget }: Hedging,
  { timeout, retries }: CallPolicy,
): Generator<Finding> {
  const rule = 'policy/hedging';
  yield* numberFindings(rule, 'hedging.maxAttempts', maxAttempts, { min: 2, max: 5, isInteger: true });
  yield* durationFindings(rule, 'hedging.delay', delay, 0);
  yield* budgetFindings(rule, 'hedging.budget', budget);
  if (retries)
    yield { rule, message: 'hedging and retries are both there: each repeats the call; leave one out' };
  if (timeout === 'none') {
    yield {
      rule,
      message: "timeout is 'none' with hedging: a stream cannot be sent twice; leave hedging out",
    };
  } else if (milliseconds(delay) >= milliseconds(timeout)) {
    yield {
      rule,
      message: `hedging.delay is '${delay}' and timeout '${timeout}': no second try would be sent; give a shorter delay`,
    };
  }
}

function* breakerFindings({ failurePercent, minRequests, window, openTime }: Breaker): Generator<Finding> {
  const rule = 'policy/breaker';
  yield* numberFindings(rule, 'breaker.failurePercent', failurePercent, { min: 1, max: 100 });
  yield* numberFindings(rule, 'breaker.minRequests', minRequests, {
    min: 1,
    max: 2 ** 31 - 1,
    isInteger: true,
  });
  yield* durationFindings(rule, 'breaker.window', window);
  yield* durationFindings(rule, 'breaker.openTime', openTime);
}

/** Statuses that a call can fail with (https://grpc.io/docs/guides/status-codes/). */
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
