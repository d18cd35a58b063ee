import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Decompresses gzip. Iterating over the result throws if the input is damaged, truncated, or fails. */
export function decompressGzip(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  // Errors destroy the last stream, so that its reader receives them.
  return pipeline(Readable.from(chunks), createGunzip(), () => {});
}
