import { type ClientReadableStream, type ServiceError as GrpcError, status } from '@grpc/grpc-js';
import type { Attempt } from './call-layer.ts';
import { failureOf, isGrpcError, isLate } from './failure.ts';
import type { Outgoing } from './outgoing.ts';
import type { Try } from './try.ts';

type Answered = (error: GrpcError | null, answer?: unknown) => void;

/** Tries of a call with one answer. `start` makes the grpc-js call. */
export function attemptAnswer<C extends Cancellable>(
  outgoing: Outgoing,
  start: (one: Try, deadline: number, answered: Answered) => C,
): Attempt<unknown> {
  return (one, deadline) => {
    let cancel = () => {};
    const answer = new Promise<unknown>((resolve, reject) => {
      let begun = false;
      const call = start(one, deadline, (error, answer) => {
        forget();
        if (!error) return resolve(answer);
        one.failure = failureOf(error, one, begun, isLate(error, deadline));
        reject(error);
      });
      call.on('metadata', () => {
        begun = true;
      });
      cancel = () => call.cancel();
      const forget = outgoing.onCancel(cancel);
    });
    return { answer, cancel };
  };
}

/** Tries of a call with a stream of responses: a stream that has begun is an answer, whatever becomes of it. */
export function attemptStream(
  outgoing: Outgoing,
  start: (one: Try, deadline: number) => ClientReadableStream<unknown>,
): Attempt<AsyncIterable<unknown>> {
  return (one, deadline) => {
    const stream = start(one, deadline);
    const cancel = () => stream.cancel();
    const forget = outgoing.onCancel(cancel);
    let failure: Error | undefined;
    const answer = new Promise<AsyncIterable<unknown>>((resolve, reject) => {
      const begin = () => resolve(read());
      stream.once('metadata', begin);
      stream.on('status', ({ code }) => {
        if (code === status.OK) begin();
      });
      // Emitted before the reader may have begun to read, and after it has stopped.
      stream.on('error', (error) => {
        failure = error;
        if (isGrpcError(error)) one.failure ??= failureOf(error, one, false, isLate(error, deadline));
        forget();
        reject(error);
      });
    });
    async function* read() {
      try {
        yield* stream;
        if (failure) throw failure;
      } finally {
        forget();
        stream.cancel();
      }
    }
    return { answer, cancel };
  };
}

interface Cancellable {
  cancel(): void;
  on(event: 'metadata', listener: () => void): unknown;
}
