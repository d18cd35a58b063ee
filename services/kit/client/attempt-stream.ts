import { type ClientReadableStream, type ServiceError as GrpcError, status } from '@grpc/grpc-js';
import type { CallAttempt, StartAttempt } from './call-attempt.ts';
import { classifyFailure, isDeadlineExceeded, isGrpcError } from './call-failure.ts';
import type { OutgoingCall } from './outgoing-call.ts';

type ResponseCallback = (error: GrpcError | null, response?: unknown) => void;

interface CancellableCall {
  cancel(): void;
  on(event: 'metadata', listener: () => void): unknown;
}

/**
 * Returns a function that starts attempts of a call with a stream of requests and one response.
 * @param start makes the grpc-js call
 */
export function attemptClientStream<C extends CancellableCall>(
  outgoing: OutgoingCall,
  start: (attempt: CallAttempt, deadline: number, callback: ResponseCallback) => C,
): StartAttempt<unknown> {
  return (attempt, deadline) => {
    let cancel = () => {};
    const response = new Promise<unknown>((resolve, reject) => {
      let hasHeaders = false;
      const call = start(attempt, deadline, (error, message) => {
        removeListener();
        if (!error) return resolve(message);
        const isLate = isDeadlineExceeded(error, deadline);
        attempt.failure = classifyFailure(error, attempt.isSent, hasHeaders, isLate);
        reject(error);
      });
      call.on('metadata', () => {
        hasHeaders = true;
      });
      cancel = () => call.cancel();
      const removeListener = outgoing.onCancel(cancel);
    });
    return { response, cancel };
  };
}

/**
 * Returns a function that starts attempts of a call with a stream of responses. An attempt succeeds when its response
 * headers arrive. A later failure reaches the reader and is not retried.
 */
export function attemptResponseStream(
  outgoing: OutgoingCall,
  start: (attempt: CallAttempt, deadline: number) => ClientReadableStream<unknown>,
): StartAttempt<AsyncIterable<unknown>> {
  return (attempt, deadline) => {
    const stream = start(attempt, deadline);
    const cancel = () => stream.cancel();
    const removeListener = outgoing.onCancel(cancel);
    let streamError: Error | undefined;
    const response = new Promise<AsyncIterable<unknown>>((resolve, reject) => {
      const begin = () => resolve(read());
      stream.once('metadata', begin);
      stream.on('status', ({ code }) => {
        if (code === status.OK) begin();
      });
      // May be emitted before the reader starts and after it stops: without a listener the process would crash.
      stream.on('error', (error) => {
        streamError = error;
        if (isGrpcError(error))
          attempt.failure ??= classifyFailure(
            error,
            attempt.isSent,
            false,
            isDeadlineExceeded(error, deadline),
          );
        removeListener();
        reject(error);
      });
    });
    async function* read() {
      try {
        yield* stream;
        if (streamError) throw streamError;
      } finally {
        removeListener();
        stream.cancel();
      }
    }
    return { response, cancel };
  };
}
