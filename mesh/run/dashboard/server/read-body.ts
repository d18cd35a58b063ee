import type { IncomingMessage } from 'node:http';
import { ApiError } from '../api/api-error.ts';
import { decompressGzip } from '../archive/decompress-gzip.ts';

/**
 * Reads the body of a request, and decompresses gzip.
 *
 * @param maxBytes longest body, before and after decompression
 * @throws ApiError 413 if the body is longer, 415 for another compression, 400 if it ends early
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of decode(request, encoding)) {
      size += (chunk as Buffer).length;
      if (size > maxBytes)
        throw new ApiError(413, `the body is larger than ${maxBytes / 1_048_576} MiB; send smaller batches`);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(400, `the body ended early or is not ${encoding}: ${(error as Error).message}`);
  }
  return Buffer.concat(chunks);
}

/** Returns the chunks of a body. The connection survives a reader that stops early, so that a response can follow. */
export function chunksOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

function decode(request: IncomingMessage, encoding: string): AsyncIterable<unknown> {
  if (encoding === 'identity') return chunksOf(request);
  if (encoding !== 'gzip')
    throw new ApiError(415, `content-encoding '${encoding}' is not supported; use gzip`);
  return decompressGzip(chunksOf(request));
}
