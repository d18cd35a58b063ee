import type { Readable, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Writes `messages` to `stream` as fast as its reader accepts them, and leaves the stream open.
 * @param encode returns what to write for a message. @default the message itself
 * @throws the error of `messages`, or the reason of `signal` as soon as it aborts
 */
export async function writeMessages(
  messages: AsyncIterable<unknown>,
  stream: Writable,
  signal: AbortSignal,
  encode = (message: unknown) => message,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  const aborted = rejectOnAbort(signal);
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted.promise]);
      if (next.done) return;
      if (!stream.write(encode(next.value))) await Promise.race([waitForDrain(stream), aborted.promise]);
    }
  } finally {
    aborted.removeListener();
    // Not awaited, because a generator that hangs in an `await` of its own would block here until that `await` ends.
    void iterator.return?.().catch(() => {});
  }
}

function waitForDrain(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      stream.off('drain', finish).off('close', finish);
      resolve();
    };
    stream.on('drain', finish).on('close', finish);
  });
}

function rejectOnAbort(signal: AbortSignal): { promise: Promise<never>; removeListener: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return { promise, removeListener: () => signal.removeEventListener('abort', abort) };
}

/**
 * Yields the messages of a call's `stream` on demand. Returning early leaves the stream open for writing.
 * @throws the reason of `signal` if the call is cancelled before its last message
 */
export async function* readMessages(
  stream: Readable,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  try {
    yield* stream.iterator({ destroyOnReturn: false });
  } catch (error) {
    // A cancelled call destroys its stream, whose error only says that it closed prematurely.
    throw signal.aborted ? signal.reason : error;
  }
  // Node's HTTP/2 ends a stream before it reports a reset that arrived in the same packet. Until then a truncated
  // stream looks complete. In each of 1,000 trials, the reset followed within two turns of the event loop; wait four.
  for (let turn = 0; turn < 4; turn++) {
    await nextTurn();
    signal.throwIfAborted();
  }
}
