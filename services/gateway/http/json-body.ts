import type { IncomingMessage } from 'node:http';
import { type ServiceError, serviceError } from '../../kit/errors/service-error.ts';
import { bodyChunks } from './body-chunks.ts';
import { parseJson } from './json-text.ts';
import { checkMediaType } from './media-type.ts';

export interface BodyLimits {
  /** Maximum size of a JSON body, bytes. */
  readonly bytes: number;
  /** Maximum size of a line of a streamed body, bytes. */
  readonly lineBytes: number;
  /** Time limit for a whole JSON body, and for each chunk of a streamed one, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Reads a whole JSON body.
 * @throws ServiceError `unsupported-media-type`, `body-too-large`, `request-timeout` or `malformed-body`
 */
export async function readJson(request: IncomingMessage, limits: BodyLimits): Promise<unknown> {
  checkMediaType(request, ['application/json']);
  if (Number(request.headers['content-length'] ?? 0) > limits.bytes) throw tooLarge(limits);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyChunks(request, { timeoutMs: limits.timeoutMs, appliesTo: 'body' })) {
    size += chunk.length;
    if (size > limits.bytes) throw tooLarge(limits);
    chunks.push(chunk);
  }
  if (size === 0) throw serviceError('malformed-body', { metadata: { problem: 'it is empty' } });
  return parseJson(Buffer.concat(chunks));
}

function tooLarge(limits: BodyLimits): ServiceError {
  return serviceError('body-too-large', { metadata: { limit: String(limits.bytes) } });
}
