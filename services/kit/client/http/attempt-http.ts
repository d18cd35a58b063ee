import { status } from '@grpc/grpc-js';
import { errors } from 'undici';
import { recordLatency } from '../../balance/peak-ewma.ts';
import { serviceError } from '../../errors/service-error.ts';
import { MAX_MESSAGE_BYTES } from '../../grpc/connection-options.ts';
import type { HttpRequest, HttpResponse } from '../../http/http-message.ts';
import { sendRequest } from '../../http/send-request.ts';
import type { CallAttempt, StartAttempt } from '../call-attempt.ts';
import { type CallFailure, grpcError } from '../call-failure.ts';
import type { OutgoingCall } from '../outgoing-call.ts';
import type { HttpEndpoints } from './http-endpoints.ts';
import { classifyResponse, HttpResponseError, MAX_TIMER_MS } from './http-response-error.ts';

/** Header in which Envoy's router tells the callee how many milliseconds the attempt has. */
const DEADLINE_KEY = 'x-envoy-expected-rq-timeout-ms';

/**
 * Returns a function that starts attempts of an HTTP request. A failed attempt stores its failure before it rejects. A
 * response that a retry may improve rejects with an HttpResponseError.
 * @param authority value of the Host header
 */
export function attemptHttp(
  endpoints: HttpEndpoints,
  authority: string,
  request: HttpRequest,
  outgoing: OutgoingCall,
): StartAttempt<HttpResponse> {
  return (attempt, deadline) => {
    const { promise: response, resolve, reject } = Promise.withResolvers<HttpResponse>();
    let finishRequest = (_hasFailed: boolean | undefined) => {};
    let isOver = false;
    /** @param hasFailed whether the endpoint failed; undefined if the result says nothing about it */
    const end = (hasFailed: boolean | undefined) => {
      isOver = true;
      clearTimeout(timer);
      removeListener();
      stopWaiting();
      finishRequest(hasFailed);
    };
    /** @param failure undefined if the callee did not cause the error */
    const fail = (error: Error, failure?: CallFailure) => {
      if (isOver) return;
      attempt.failure = failure;
      end(failure && (failure.kind !== 'answered' || failure.httpStatus !== undefined));
      reject(error);
    };
    const cancel = () => fail(grpcError(status.CANCELLED, 'cancelled by the caller'));
    const removeListener = outgoing.onCancel(cancel);
    const timeOut = () => {
      const code = status.DEADLINE_EXCEEDED;
      fail(grpcError(code, 'the timeout of the attempt expired'), { kind: 'timed-out', code });
    };
    const timer = Number.isFinite(deadline)
      ? setTimeout(timeOut, Math.min(Math.max(0, deadline - Date.now()), MAX_TIMER_MS))
      : undefined;

    const begin = () => {
      const endpoint = endpoints.choose(attempt, outgoing);
      if (!endpoint) {
        const code = status.UNAVAILABLE;
        const details = attempt.isHedge
          ? 'no other endpoint is available for a hedged attempt'
          : endpoints.error;
        return fail(grpcError(code, details), { kind: 'unsent', code });
      }
      attempt.endpoint = endpoint;
      endpoint.activeRequests++;
      const startedAt = performance.now();
      let abort = () => {};
      finishRequest = (hasFailed) => {
        endpoint.activeRequests--;
        const { balance } = endpoints.groups;
        const now = performance.now();
        if (balance.kind === 'peak-ewma') recordLatency(endpoint, now - startedAt, now, balance.decayTime);
        if (hasFailed !== undefined) endpoints.groups.recordResult(endpoint, hasFailed, attempt.trace);
        abort();
        if (attempt.failure?.kind === 'timed-out' && attempt.isSent)
          endpoints.replaceSilent(endpoint, startedAt);
      };
      const headers = createHeaders(attempt, outgoing, authority, deadline);
      abort = sendRequest(endpoint.pool, { ...request, headers }, MAX_MESSAGE_BYTES, {
        onSent: () => attempt.markSent(),
        onResponse: (received) => {
          endpoint.respondedAt = performance.now();
          if (isOver) return;
          const failure = classifyResponse(received);
          if (failure) fail(new HttpResponseError(received), failure);
          else {
            end(false);
            resolve(received);
          }
        },
        onTooLarge: () =>
          fail(serviceError('answer-too-large', { metadata: { limit: String(MAX_MESSAGE_BYTES) } })),
        onError: (error, hasHeaders) => {
          // An invalid request is the caller's error.
          if (error instanceof errors.InvalidArgumentError) return fail(error);
          if (!attempt.isSent) endpoints.refresh();
          const kind = hasHeaders ? 'begun' : attempt.isSent ? 'reset' : 'unsent';
          const code = status.UNAVAILABLE;
          fail(grpcError(code, `${request.method} ${request.path}: ${error.message}`), { kind, code });
        },
      });
    };
    let stopWaiting = () => {};
    stopWaiting = endpoints.onceResolved(begin);
    return { response, cancel };
  };
}

function createHeaders(
  attempt: CallAttempt,
  outgoing: OutgoingCall,
  authority: string,
  deadline: number,
): Record<string, string> {
  const headers = new Map([['host', authority]]);
  outgoing.writeHeaders(attempt.number, headers);
  if (Number.isFinite(deadline))
    headers.set(DEADLINE_KEY, String(Math.max(1, Math.ceil(deadline - Date.now()))));
  return Object.fromEntries(headers);
}
