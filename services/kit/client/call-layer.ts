import { context } from '@opentelemetry/api';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { RandomSource } from '../balance/endpoint-pick.ts';
import { createVersionRouter } from '../balance/version-router.ts';
import { serviceError } from '../errors/service-error.ts';
import { type AttemptStrategy, attemptOnce, type CallMethod, type CallRun } from './attempt-strategy.ts';
import type { CallAttempt, StartAttempt } from './call-attempt.ts';
import { CallBreaker } from './call-breaker.ts';
import { isDeadlineExceeded, isGrpcError } from './call-failure.ts';
import { createHedgingStrategy } from './hedging-strategy.ts';
import { InFlightCounts } from './in-flight-counts.ts';
import { injectFaults } from './inject-faults.ts';
import type { LivePolicy } from './live-policy.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import type { DecisionObserver } from './policy-decision.ts';
import { type CallProtocol, GRPC_PROTOCOL } from './protocol.ts';
import { createRetryStrategy } from './retry-strategy.ts';

/*
 * The life of one unary call
 *
 *   client.getProduct(request)
 *     |   call-method.ts
 *     v
 *   beginCall()                 begin-call.ts
 *     |   new OutgoingCall()    outgoing-call.ts      deadline, cancellation, headers
 *     |   CallLayer.admit()     in-flight-counts.ts   limits.requests, limits.pendingRequests
 *     |                         call-breaker.ts       closed, open, half-open
 *     v
 *   CallLayer.run()             version-router.ts     version of the callee, once per call
 *     |                         inject-faults.ts      wraps each attempt if the policy has a fault
 *     v
 *   AttemptStrategy  <------.   attempt-strategy.ts, retry-strategy.ts or hedging-strategy.ts
 *     |  CallAttempt        |
 *     v                     |   attempt.failure
 *   attemptUnary()  --------'   attempt-unary.ts      a grpc-js call with the attempt's deadline
 *     |  Metadata(attempt)
 *     v
 *   grpc-js channel             balancer.ts           publishes a picker when endpoints change
 *     |
 *     v
 *   EndpointPicker.pick()       endpoint-picker.ts    choose-endpoint.ts, balance/*
 *     |  onCallEnded            endpoint-groups.ts    OutlierDetector ejects failing endpoints
 *     v
 *   end(error)                  begin-call.ts         releases the slot, reports to the breaker
 *
 * 1. `OutgoingCall` sets the deadline once: the earliest of the parent call's deadline, the caller's `timeoutMs` and the
 *    policy's `timeout`. It holds for all attempts together.
 * 2. `CallLayer.admit` refuses the call if a limit is reached or the breaker is open. An admitted call counts as one
 *    request in flight, however many attempts it makes. The breaker also counts calls, not attempts.
 * 3. `CallLayer.run` routes the call to a version of the callee and passes it to the strategy that was compiled from the
 *    policy. The strategy creates one `CallAttempt` per attempt.
 * 4. Each attempt ends at the call's deadline, or earlier if the policy has a `perTryTimeout`.
 * 5. `attemptUnary` makes a grpc-js call. The `CallAttempt` travels as the options of the call's Metadata, the only part
 *    of a call that grpc-js passes to a picker.
 * 6. The channel calls `EndpointPicker.pick`, which avoids the endpoints of the call's other attempts and records the
 *    chosen endpoint in the attempt.
 * 7. When the attempt ends, the picker reports its status to outlier detection. The attempt stores a `CallFailure` that
 *    says how far the request got, then rejects.
 * 8. The retry strategy retries if the policy names the failure, the method may be repeated, the deadline allows the
 *    back-off and the retry budget has room. The hedging strategy sends another attempt after a delay without a response,
 *    and cancels the others when the first response arrives.
 * 9. `end` releases the slot, reports the result to the breaker and maps a gRPC status to the ServiceError of the callee.
 * 10. Each decision on the way (refused, retried, ejected, ...) is reported once as a `PolicyDecision` to `observe`.
 *
 * HTTP calls take the same path with `attemptHttp` and `HttpEndpoints` (http/) in place of steps 5 and 6. Streaming calls
 * differ in call-method.ts and attempt-stream.ts only. Without a policy (another layer enforces it) `admit` admits all calls,
 * the strategy is `attemptOnce`, and grpc-js's own balancer chooses the endpoint.
 */

/** Timers may fire before the clock of Date reaches their time, by up to this time in milliseconds. */
const TIMER_SLACK_MS = 2;

/** Ends an admitted call. Must be called exactly once, with the call's error if it failed. */
export type ReleaseSlot = (error?: unknown) => void;

export interface CallLayerOptions {
  readonly callee: string;
  readonly observe: DecisionObserver;
  /** Returns whether a call finds a ready connection. */
  readonly isConnected: () => boolean;
  /** @default GRPC_PROTOCOL */
  readonly protocol?: CallProtocol;
  /** @default Math.random */
  readonly random?: RandomSource;
}

/** Enforces one call policy in the calling process: limits, breaker, fault injection, retries and hedging. */
export class CallLayer {
  readonly #live: LivePolicy | undefined;
  readonly #options: CallLayerOptions;
  readonly #inFlight = new InFlightCounts();
  #compiled: CompiledPolicy;

  /** @param live undefined if another layer enforces the policy */
  constructor(live: LivePolicy | undefined, options: CallLayerOptions) {
    this.#live = live;
    this.#options = options;
    this.#compiled = this.#compile();
    live?.onChange(() => {
      this.#compiled = this.#compile();
    });
  }

  /** Time limit of a call with all its attempts, in milliseconds; Infinity without a policy. */
  get timeoutMs(): number {
    return this.#compiled.timeoutMs;
  }

  /**
   * Admits a call and counts it as in flight until the returned function is called.
   * @throws ServiceError `limit-reached` or `circuit-open`
   */
  admit({ path }: CallMethod): ReleaseSlot {
    const { policy, breaker } = this.#compiled;
    const { callee, observe, isConnected, protocol = GRPC_PROTOCOL } = this.#options;
    const inFlight = this.#inFlight;
    const limit = policy?.limits && inFlight.findReachedLimit(policy.limits, isConnected);
    if (limit) {
      observe({ kind: 'limited', method: path, limit });
      throw serviceError('limit-reached', {
        metadata: { limit: `limits.${limit}`, callee, max: String(policy.limits?.[limit]) },
      });
    }
    const pass = breaker?.admit(performance.now());
    if (breaker && !pass) {
      observe({ kind: 'broken', method: path });
      throw serviceError('circuit-open', { metadata: { callee } });
    }
    inFlight.requests++;
    return (error) => {
      inFlight.requests--;
      if (!pass) return;
      const hasFailed = error === undefined ? false : protocol.hasFailed(error);
      breaker?.report(pass, hasFailed, performance.now());
    };
  }

  /** Reports the time limit that ended a call, if one did. */
  reportDeadline({ path }: CallMethod, outgoing: OutgoingCall, error: unknown): void {
    const { policy, perTryMs } = this.#compiled;
    if (!policy || outgoing.isCancelled || !isGrpcError(error)) return;
    if (!isDeadlineExceeded(error, outgoing.deadline)) return;
    const isCallOver = !perTryMs || Date.now() + TIMER_SLACK_MS >= outgoing.deadline;
    const callLimit = outgoing.isPolicyDeadline ? 'timeout' : 'caller';
    this.#options.observe({
      kind: 'deadline',
      method: path,
      limit: isCallOver ? callLimit : 'perTryTimeout',
    });
  }

  /** Runs an admitted call with as many attempts as the policy allows. */
  run<T>(outgoing: OutgoingCall, method: CallMethod, start: StartAttempt<T>): Promise<T> {
    return this.#run(this.#compiled.strategy, outgoing, method, start);
  }

  /** Runs an admitted call with one attempt: a stream of requests can be read only once. */
  runOnce<T>(outgoing: OutgoingCall, method: CallMethod, start: StartAttempt<T>): Promise<T> {
    return this.#run(attemptOnce, outgoing, method, start);
  }

  #run<T>(
    strategy: AttemptStrategy,
    outgoing: OutgoingCall,
    method: CallMethod,
    start: StartAttempt<T>,
  ): Promise<T> {
    const { perTryMs, policy, routeVersion } = this.#compiled;
    // Routed once for all attempts, as in Envoy.
    const version = routeVersion?.(outgoing);
    const { observe, random = Math.random, protocol = GRPC_PROTOCOL } = this.#options;
    const startAttempt = policy?.fault
      ? injectFaults(policy.fault, start, { outgoing, method, observe, protocol, random })
      : start;
    const run: CallRun<T> = {
      outgoing,
      method,
      inFlight: this.#inFlight,
      observe,
      send: (attempt) => {
        outgoing.lastAttempt = attempt;
        const deadline = perTryMs ? Math.min(outgoing.deadline, Date.now() + perTryMs) : outgoing.deadline;
        attempt.version = version;
        if (policy?.limits?.pendingRequests) this.#countPending(attempt);
        const pending = startAttempt(attempt, deadline);
        const { releasePending } = attempt;
        if (releasePending) pending.response.then(releasePending, releasePending);
        return pending;
      },
    };
    return context.with(outgoing.trace, () => strategy(run));
  }

  #compile(): CompiledPolicy {
    const policy = this.#live?.current;
    const versions = this.#live?.versions;
    const { retries, hedging, limits, breaker, timeout } = policy ?? {};
    const { observe } = this.#options;
    return {
      policy,
      timeoutMs: timeout && timeout !== 'none' ? milliseconds(timeout) : Number.POSITIVE_INFINITY,
      perTryMs: retries?.perTryTimeout && milliseconds(retries.perTryTimeout),
      breaker: breaker && new CallBreaker(breaker, (state) => observe({ kind: 'breaker', state })),
      strategy: retries
        ? createRetryStrategy(retries, limits)
        : hedging
          ? createHedgingStrategy(hedging, limits)
          : attemptOnce,
      routeVersion: versions && createVersionRouter(versions, policy?.balance, this.#options.random),
    };
  }

  /** Counts an attempt as pending until it is sent or fails. */
  #countPending(attempt: CallAttempt): void {
    if (this.#options.isConnected()) return;
    const inFlight = this.#inFlight;
    inFlight.pending++;
    attempt.releasePending = () => {
      if (attempt.releasePending) inFlight.pending--;
      attempt.releasePending = undefined;
    };
  }
}

/** A call policy, prepared so that a call allocates as little as possible. */
interface CompiledPolicy {
  readonly policy: CallPolicy | undefined;
  readonly timeoutMs: number;
  readonly perTryMs: number | undefined;
  readonly breaker: CallBreaker | undefined;
  readonly strategy: AttemptStrategy;
  readonly routeVersion: ((outgoing: OutgoingCall) => string | undefined) | undefined;
}
