import type { Writable } from 'node:stream';

/**
 * Writes `messages` to `stream` as fast as its reader takes them, and leaves it open.
 * @param encode what to write of a message. @default the message
 * @throws what `messages` throws, or the reason of `signal` as soon as it aborts
 */
export async function pump(
  messages: AsyncIterable<unknown>,
  stream: Writable,
  signal: AbortSignal,
  encode = (message: unknown) => message,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  const aborted = abortion(signal);
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted.promise]);
      if (next.done) return;
      if (!stream.write(encode(next.value))) await Promise.race([drained(stream), aborted.promise]);
    }
  } finally {
    aborted.forget();
    // Not waited for: a generator that is stuck in an await of its own only returns when that is over.
    void iterator.return?.().catch(() => {});
  }
}

function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}

function abortion(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return { promise, forget: () => signal.removeEventListener('abort', abort) };
}
