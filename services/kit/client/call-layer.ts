import { status } from '@grpc/grpc-js';
import type { CallPolicy, Fault } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { Random } from '../balance/pick.ts';
import { versionOf } from '../balance/version-of.ts';
import { serviceError } from '../service-error.ts';
import { Breaker } from './breaker.ts';
import { type Method, once, type Strategy } from './call-run.ts';
import type { Observe } from './decision.ts';
import { isFailure } from './failed-status.ts';
import { grpcError, isGrpcError } from './failure.ts';
import { hedged } from './hedging.ts';
import { InFlight } from './in-flight.ts';
import type { LivePolicy } from './live-policy.ts';
import type { Outgoing } from './outgoing.ts';
import { retrying } from './retrying.ts';
import type { Sent, Try } from './try.ts';

/** Sends one try, whose answer has to be there before `deadline`. */
export type Attempt<T> = (one: Try, deadline: number) => Sent<T>;

/** Ends a call that was admitted, with the error that it ended with. */
export type Leave = (error?: unknown) => void;

export interface CallLayerOptions {
  readonly callee: string;
  readonly observe: Observe;
  /** Whether a call finds a connection. */
  readonly isConnected: () => boolean;
  /** @default Math.random */
  readonly random?: Random;
}

/** What the calling process does for the calls under one policy: limits, breaker, faults, retries and hedging. */
export class CallLayer {
  readonly #live: LivePolicy | undefined;
  readonly #options: CallLayerOptions;
  readonly #inFlight = new InFlight();
  #rules: Rules;

  /** @param live undefined when another layer enforces the policy */
  constructor(live: LivePolicy | undefined, options: CallLayerOptions) {
    this.#live = live;
    this.#options = options;
    this.#rules = this.#compile();
    live?.onChange(() => {
      this.#rules = this.#compile();
    });
  }

  /** Milliseconds that a call may take with its retries; Infinity without a policy. */
  get timeoutMs(): number {
    return this.#rules.timeoutMs;
  }

  /**
   * Lets a call in, to be ended by what is returned.
   * @throws ServiceError `limit-reached` or `circuit-open`
   */
  admit({ path }: Method): Leave {
    const { policy, breaker } = this.#rules;
    const { callee, observe, isConnected } = this.#options;
    const inFlight = this.#inFlight;
    const limit = policy?.limits && inFlight.broken(policy.limits, isConnected);
    if (limit) {
      observe({ kind: 'limited', method: path, limit });
      const most = String(policy.limits?.[limit]);
      throw serviceError('limit-reached', { metadata: { limit: `limits.${limit}`, callee, most } });
    }
    const admission = breaker?.admit(performance.now());
    if (breaker && !admission) {
      observe({ kind: 'broken', method: path });
      throw serviceError('circuit-open', { metadata: { callee } });
    }
    inFlight.requests++;
    return (error) => {
      inFlight.requests--;
      if (admission) breaker?.report(admission, hasFailed(error), performance.now());
    };
  }

  /** Makes a call that was admitted, with as many tries as the policy wants. */
  run<T>(outgoing: Outgoing, method: Method, attempt: Attempt<T>): Promise<T> {
    return this.#run(this.#rules.strategy, outgoing, method, attempt);
  }

  /** Makes a call that was admitted and cannot be sent a second time, since its requests are read as they come. */
  runOnce<T>(outgoing: Outgoing, method: Method, attempt: Attempt<T>): Promise<T> {
    return this.#run(once, outgoing, method, attempt);
  }

  #run<T>(strategy: Strategy, outgoing: Outgoing, method: Method, attempt: Attempt<T>): Promise<T> {
    const { perTryMs, policy, versionFor } = this.#rules;
    // Once for all tries, as Envoy's route is.
    const version = versionFor?.(outgoing);
    return strategy({
      outgoing,
      method,
      inFlight: this.#inFlight,
      observe: this.#options.observe,
      send: (one) => {
        const deadline = perTryMs ? Math.min(outgoing.deadline, Date.now() + perTryMs) : outgoing.deadline;
        one.version = version;
        if (policy?.limits?.pendingRequests) this.#wait(one);
        const sent = policy?.fault
          ? this.#sendFaulty(policy.fault, one, deadline, outgoing, method, attempt)
          : attempt(one, deadline);
        if (one.onSent) sent.answer.then(one.onSent, one.onSent);
        return sent;
      },
    });
  }

  #compile(): Rules {
    const policy = this.#live?.current;
    const versions = this.#live?.versions;
    const { retries, hedging, limits, breaker, timeout } = policy ?? {};
    const { observe } = this.#options;
    return {
      policy,
      timeoutMs: timeout && timeout !== 'none' ? milliseconds(timeout) : Number.POSITIVE_INFINITY,
      perTryMs: retries?.perTryTimeout && milliseconds(retries.perTryTimeout),
      breaker: breaker && new Breaker(breaker, (state) => observe({ kind: 'breaker', state })),
      strategy: retries ? retrying(retries, limits) : hedging ? hedged(hedging, limits) : once,
      versionFor: versions && versionOf(versions, policy?.balance, this.#options.random),
    };
  }

  /** Counts a try as pending until it is sent or over. */
  #wait(one: Try): void {
    if (this.#options.isConnected()) return;
    const inFlight = this.#inFlight;
    inFlight.pending++;
    one.onSent = () => {
      if (one.onSent) inFlight.pending--;
      one.onSent = undefined;
    };
  }

  #sendFaulty<T>(
    { delay, abort }: Fault,
    one: Try,
    deadline: number,
    outgoing: Outgoing,
    { path }: Method,
    attempt: Attempt<T>,
  ): Sent<T> {
    const { observe, random = Math.random } = this.#options;
    const strikes = (percent: number) => random() * 100 < percent;
    let sent: Sent<T> | undefined;
    const answer = async () => {
      if (delay && strikes(delay.percent)) {
        observe({ kind: 'fault', method: path, fault: 'delay' });
        await outgoing.wait(Math.min(milliseconds(delay.duration), deadline - Date.now()));
        if (outgoing.isGivenUp) throw grpcError(status.CANCELLED, 'given up during an injected delay');
        if (Date.now() >= deadline) {
          one.failure = { how: 'timed-out', code: status.DEADLINE_EXCEEDED };
          throw grpcError(status.DEADLINE_EXCEEDED, 'the deadline passed during an injected delay');
        }
      }
      if (abort && strikes(abort.percent)) {
        observe({ kind: 'fault', method: path, fault: 'abort' });
        const code = status[abort.grpcStatus as keyof typeof status];
        one.failure = { how: 'answered', code };
        throw grpcError(code, 'fault filter abort');
      }
      sent = attempt(one, deadline);
      return sent.answer;
    };
    return { answer: answer(), cancel: () => sent?.cancel() };
  }
}

/** A call policy made ready for use. */
interface Rules {
  readonly policy: CallPolicy | undefined;
  readonly timeoutMs: number;
  readonly perTryMs: number | undefined;
  readonly breaker: Breaker | undefined;
  readonly strategy: Strategy;
  readonly versionFor: ((outgoing: Outgoing) => string | undefined) | undefined;
}

/** Whether the callee failed; undefined when the call was given up. */
function hasFailed(error: unknown): boolean | undefined {
  if (error === undefined) return false;
  if (!isGrpcError(error) || error.code === status.CANCELLED) return undefined;
  return isFailure(error.code);
}
