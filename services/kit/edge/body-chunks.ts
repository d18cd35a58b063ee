import type { IncomingMessage } from 'node:http';
import { serviceError } from '../errors/service-error.ts';

export interface BodyTimeout {
  readonly timeoutMs: number;
  /** Whether the timeout applies to the whole body or to each chunk. */
  readonly appliesTo: 'body' | 'chunk';
}

/**
 * Yields the body of `request` as it arrives. Reads from the socket only on demand.
 * @throws ServiceError `request-timeout` when the timeout expires
 */
export async function* bodyChunks(request: IncomingMessage, timeout: BodyTimeout): AsyncGenerator<Buffer> {
  const start = performance.now();
  // Keeps the socket open after return, for the response.
  const chunks = request.iterator({ destroyOnReturn: false });
  for (;;) {
    const elapsedMs = timeout.appliesTo === 'body' ? performance.now() - start : 0;
    const chunk = await within(chunks.next(), timeout.timeoutMs - elapsedMs, timeout);
    if (chunk.done) return;
    yield chunk.value;
  }
}

async function within<T>(next: Promise<T>, ms: number, { timeoutMs }: BodyTimeout): Promise<T> {
  const late = Promise.withResolvers<never>();
  const metadata = { seconds: String(timeoutMs / 1_000) };
  const timer = setTimeout(() => late.reject(serviceError('request-timeout', { metadata })), Math.max(0, ms));
  try {
    return await Promise.race([next, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
