import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { Random } from '../balance/pick.ts';
import { versionOf } from '../balance/version-of.ts';
import { serviceError } from '../errors/service-error.ts';
import { Breaker } from './breaker.ts';
import { type Method, once, type Strategy } from './call-run.ts';
import type { Observe } from './decision.ts';
import { faulty } from './faulty.ts';
import { GRPC } from './grpc-protocol.ts';
import { hedged } from './hedging.ts';
import { InFlight } from './in-flight.ts';
import type { LivePolicy } from './live-policy.ts';
import type { Outgoing } from './outgoing.ts';
import type { Protocol } from './protocol.ts';
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
  /** @default gRPC */
  readonly protocol?: Protocol;
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
    const { callee, observe, isConnected, protocol = GRPC } = this.#options;
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
      if (!admission) return;
      const failed = error === undefined ? false : protocol.hasFailed(error);
      breaker?.report(admission, failed, performance.now());
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
    const { observe, random = Math.random, protocol = GRPC } = this.#options;
    const trying = policy?.fault
      ? faulty(policy.fault, attempt, { outgoing, method, observe, protocol, random })
      : attempt;
    return strategy({
      outgoing,
      method,
      inFlight: this.#inFlight,
      observe,
      send: (one) => {
        const deadline = perTryMs ? Math.min(outgoing.deadline, Date.now() + perTryMs) : outgoing.deadline;
        one.version = version;
        if (policy?.limits?.pendingRequests) this.#wait(one);
        const sent = trying(one, deadline);
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
