import type { IncomingMessage } from 'node:http';
import type { EdgeBody } from '../../../mesh/policy/edge.ts';
import { type ServiceError, serviceError } from '../errors/service-error.ts';
import { checkMediaType } from './media-type.ts';

export interface BodyLimits {
  /** Maximum size of a line of a streamed body, bytes. */
  readonly lineBytes: number;
  /** Time limit for a whole body, and for each chunk of a streamed one, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Reads a whole body.
 * @throws ServiceError `unsupported-media-type`, `body-too-large` or `request-timeout`
 */
export async function readBody(
  request: IncomingMessage,
  { mediaTypes, maxBytes }: EdgeBody,
  { timeoutMs }: BodyLimits,
): Promise<Buffer> {
  const limit = maxBytes === 'unlimited' ? Number.POSITIVE_INFINITY : maxBytes;
  checkMediaType(request, mediaTypes);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  return readBytes(request, limit, timeoutMs);
}

/**
 * Reads a body with one timer and one promise. An async iterator needs several promises for each chunk, and a timer for
 * each wait.
 */
function readBytes(request: IncomingMessage, limit: number, timeoutMs: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) reject(tooLarge(limit));
    else chunks.push(chunk);
  };
  const onEnd = () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
  const onClose = () => reject(new Error('the client disconnected before the end of the body'));
  // A stream that was destroyed earlier emits no further event.
  if (request.destroyed) onClose();
  request.on('data', onData).on('end', onEnd).on('error', reject).on('close', onClose);
  const seconds = String(timeoutMs / 1_000);
  const timer = setTimeout(
    () => reject(serviceError('request-timeout', { metadata: { seconds } })),
    timeoutMs,
  );
  return promise.finally(() => {
    clearTimeout(timer);
    request.off('data', onData).off('end', onEnd).off('error', reject).off('close', onClose);
    // The rest of a refused body stays in the socket until the response is sent (unread-body.ts).
    if (!request.readableEnded) request.pause();
  });
}

function tooLarge(limit: number): ServiceError {
  return serviceError('body-too-large', { metadata: { limit: String(limit) } });
}
