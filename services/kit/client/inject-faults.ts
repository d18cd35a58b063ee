import { status } from '@grpc/grpc-js';
import type { Fault } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { RandomSource } from '../balance/endpoint-pick.ts';
import type { CallMethod } from './attempt-strategy.ts';
import type { PendingAttempt, StartAttempt } from './call-attempt.ts';
import { grpcError } from './call-failure.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import type { DecisionObserver } from './policy-decision.ts';
import type { CallProtocol } from './protocol.ts';

interface FaultContext {
  readonly outgoing: OutgoingCall;
  readonly method: CallMethod;
  readonly observe: DecisionObserver;
  readonly protocol: CallProtocol;
  readonly random: RandomSource;
}

/** Wraps `start` so that a percentage of attempts is delayed, or aborted without reaching the callee. */
export function injectFaults<T>(
  { delay, abort }: Fault,
  start: StartAttempt<T>,
  context: FaultContext,
): StartAttempt<T> {
  const { outgoing, method, observe, protocol, random } = context;
  const isHit = (percent: number) => random() * 100 < percent;
  return (attempt, deadline) => {
    let pending: PendingAttempt<T> | undefined;
    const respond = async () => {
      if (delay && isHit(delay.percent)) {
        observe({ kind: 'fault', method: method.path, fault: 'delay' });
        await outgoing.wait(Math.min(milliseconds(delay.duration), deadline - Date.now()));
        if (outgoing.isCancelled) throw grpcError(status.CANCELLED, 'cancelled during an injected delay');
        if (Date.now() >= deadline) {
          attempt.failure = { kind: 'timed-out', code: status.DEADLINE_EXCEEDED };
          throw grpcError(status.DEADLINE_EXCEEDED, 'the deadline expired during an injected delay');
        }
      }
      if (abort && isHit(abort.percent)) {
        observe({ kind: 'fault', method: method.path, fault: 'abort' });
        throw protocol.createAbort(attempt, status[abort.grpcStatus as keyof typeof status]);
      }
      pending = start(attempt, deadline);
      return pending.response;
    };
    return { response: respond(), cancel: () => pending?.cancel() };
  };
}
