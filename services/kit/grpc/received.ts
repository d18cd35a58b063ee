import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The messages of a call's `stream`, read as they are asked for. To stop early leaves the stream open for writing.
 * @throws the reason of `signal` when the call is cancelled before its last message
 */
export async function* received(
  stream: Readable,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  try {
    yield* stream.iterator({ destroyOnReturn: false });
  } catch (error) {
    // A cancelled call destroys its stream, which then only says that it ended too soon.
    throw signal.aborted ? signal.reason : error;
  }
  // Node's HTTP/2 client ends a stream before it resets it: half a stream looks whole until the reset, which comes in
  // the same packet, is seen too. That was so two turns of the event loop later in each of 1,000 tries.
  for (let turn = 0; turn < 4; turn++) {
    await nextTurn();
    signal.throwIfAborted();
  }
}
