import type { IncomingMessage } from 'node:http';
import { serviceError } from '../../kit/errors/service-error.ts';

export interface Patience {
  readonly timeoutMs: number;
  /** What must be here within the timeout: the whole body, or each next chunk of it. */
  readonly for: 'body' | 'chunk';
}

/**
 * The body of `request` as it arrives. Takes no more from the socket than is asked for.
 * @throws ServiceError `request-timeout` when it does not come in time
 */
export async function* bodyChunks(request: IncomingMessage, patience: Patience): AsyncGenerator<Buffer> {
  const start = performance.now();
  // Not destroyed on return: the socket is still needed for the answer.
  const chunks = request.iterator({ destroyOnReturn: false });
  for (;;) {
    const spent = patience.for === 'body' ? performance.now() - start : 0;
    const chunk = await within(chunks.next(), patience.timeoutMs - spent, patience);
    if (chunk.done) return;
    yield chunk.value;
  }
}

async function within<T>(next: Promise<T>, ms: number, { timeoutMs }: Patience): Promise<T> {
  const late = Promise.withResolvers<never>();
  const metadata = { seconds: String(timeoutMs / 1_000) };
  const timer = setTimeout(() => late.reject(serviceError('request-timeout', { metadata })), Math.max(0, ms));
  try {
    return await Promise.race([next, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
