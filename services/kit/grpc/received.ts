import type { Readable } from 'node:stream';

/** The messages of `stream`, read as they are asked for. To stop early leaves the stream open for writing. */
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
}
