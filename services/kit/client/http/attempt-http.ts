import { status } from '@grpc/grpc-js';
import { errors } from 'undici';
import { observeLatency } from '../../balance/peak-ewma.ts';
import { serviceError } from '../../errors/service-error.ts';
import { MAX_MESSAGE_BYTES } from '../../grpc/max-message-bytes.ts';
import { exchange } from '../../http/exchange.ts';
import type { HttpRequest, HttpResponse } from '../../http/http-message.ts';
import type { Attempt } from '../call-layer.ts';
import { type Failure, grpcError } from '../failure.ts';
import type { Outgoing } from '../outgoing.ts';
import type { Try } from '../try.ts';
import { AnswerError, answerFailure } from './answer-error.ts';
import type { HttpHosts } from './http-hosts.ts';

/** Milliseconds that a try has, as Envoy tells its callee (x-envoy-expected-rq-timeout-ms of its router). */
const DEADLINE_KEY = 'x-envoy-expected-rq-timeout-ms';
/** setTimeout's longest. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Tries of an HTTP request. One that fails leaves its failure in the try; an answer that another try may better is an
 * AnswerError.
 * @param authority what the request names as its host
 */
export function attemptHttp(
  hosts: HttpHosts,
  authority: string,
  request: HttpRequest,
  outgoing: Outgoing,
): Attempt<HttpResponse> {
  return (one, deadline) => {
    const { promise: answer, resolve, reject } = Promise.withResolvers<HttpResponse>();
    let stop = (_failed: boolean | undefined) => {};
    let isOver = false;
    /** @param failed whether that speaks against the host; undefined when it says nothing of it */
    const end = (failed: boolean | undefined) => {
      isOver = true;
      clearTimeout(timer);
      forget();
      forgetWait();
      stop(failed);
    };
    /** @param why undefined when it is not the callee that failed */
    const fail = (error: Error, why?: Failure) => {
      if (isOver) return;
      one.failure = why;
      end(why && (why.how !== 'answered' || why.http !== undefined));
      reject(error);
    };
    const cancel = () => fail(grpcError(status.CANCELLED, 'given up by the caller'));
    const forget = outgoing.onCancel(cancel);
    const late = () => {
      const code = status.DEADLINE_EXCEEDED;
      fail(grpcError(code, 'the time of the try was over'), { how: 'timed-out', code });
    };
    const timer = Number.isFinite(deadline)
      ? setTimeout(late, Math.min(Math.max(0, deadline - Date.now()), LONGEST_MS))
      : undefined;

    const begin = () => {
      const host = hosts.choose(one, outgoing);
      if (!host) {
        const code = status.UNAVAILABLE;
        const details = one.isHedge ? 'no other host to hedge with' : hosts.error;
        return fail(grpcError(code, details), { how: 'unsent', code });
      }
      one.host = host;
      host.active++;
      const began = performance.now();
      let abort = () => {};
      stop = (failed) => {
        host.active--;
        const { balance } = hosts.groups;
        const now = performance.now();
        if (balance.kind === 'peak-ewma') observeLatency(host, now - began, now, balance.decayTime);
        if (failed !== undefined) hosts.groups.ended(host, failed);
        abort();
        if (one.failure?.how === 'timed-out' && one.sent) hosts.replaceSilent(host, began);
      };
      const headers = headersOf(one, outgoing, authority, deadline);
      abort = exchange(host.pool, { ...request, headers }, MAX_MESSAGE_BYTES, {
        sent: () => {
          one.sent = true;
          one.onSent?.();
        },
        answered: (response) => {
          host.heardAt = performance.now();
          if (isOver) return;
          const failure = answerFailure(response);
          if (failure) fail(new AnswerError(response), failure);
          else {
            end(false);
            resolve(response);
          }
        },
        tooLarge: () =>
          fail(serviceError('answer-too-large', { metadata: { limit: String(MAX_MESSAGE_BYTES) } })),
        broken: (error, begun) => {
          // A request that cannot be written at all is its caller's fault.
          if (error instanceof errors.InvalidArgumentError) return fail(error);
          if (!one.sent) hosts.refresh();
          const how = begun ? 'begun' : one.sent ? 'reset' : 'unsent';
          const code = status.UNAVAILABLE;
          fail(grpcError(code, `${request.method} ${request.path}: ${error.message}`), { how, code });
        },
      });
    };
    let forgetWait = () => {};
    forgetWait = hosts.whenKnown(begin);
    return { answer, cancel };
  };
}

function headersOf(
  one: Try,
  outgoing: Outgoing,
  authority: string,
  deadline: number,
): Record<string, string> {
  const headers = new Map([['host', authority]]);
  outgoing.write(one.attempt, headers);
  if (Number.isFinite(deadline))
    headers.set(DEADLINE_KEY, String(Math.max(1, Math.ceil(deadline - Date.now()))));
  return Object.fromEntries(headers);
}
