import { status } from '@grpc/grpc-js';
import type { Fault } from '../../../mesh/policy/call-policy.ts';
import { milliseconds } from '../../../mesh/policy/duration.ts';
import type { Random } from '../balance/pick.ts';
import type { Attempt } from './call-layer.ts';
import type { Method } from './call-run.ts';
import type { Observe } from './decision.ts';
import { grpcError } from './failure.ts';
import type { Outgoing } from './outgoing.ts';
import type { Protocol } from './protocol.ts';
import type { Sent } from './try.ts';

interface Faulty {
  readonly outgoing: Outgoing;
  readonly method: Method;
  readonly observe: Observe;
  readonly protocol: Protocol;
  readonly random: Random;
}

/** Tries of a call of which a share is delayed, or is answered in place of the callee. */
export function faulty<T>({ delay, abort }: Fault, attempt: Attempt<T>, call: Faulty): Attempt<T> {
  const { outgoing, method, observe, protocol, random } = call;
  const strikes = (percent: number) => random() * 100 < percent;
  return (one, deadline) => {
    let sent: Sent<T> | undefined;
    const answer = async () => {
      if (delay && strikes(delay.percent)) {
        observe({ kind: 'fault', method: method.path, fault: 'delay' });
        await outgoing.wait(Math.min(milliseconds(delay.duration), deadline - Date.now()));
        if (outgoing.isGivenUp) throw grpcError(status.CANCELLED, 'given up during an injected delay');
        if (Date.now() >= deadline) {
          one.failure = { how: 'timed-out', code: status.DEADLINE_EXCEEDED };
          throw grpcError(status.DEADLINE_EXCEEDED, 'the deadline passed during an injected delay');
        }
      }
      if (abort && strikes(abort.percent)) {
        observe({ kind: 'fault', method: method.path, fault: 'abort' });
        throw protocol.abort(one, status[abort.grpcStatus as keyof typeof status]);
      }
      sent = attempt(one, deadline);
      return sent.answer;
    };
    return { answer: answer(), cancel: () => sent?.cancel() };
  };
}
