import type { ServerResponse } from 'node:http';
import type { Log } from '../../kit/telemetry/log.ts';
import { endHead } from './end-head.ts';
import { write } from './write.ts';

/** Milliseconds after which a browser connects again. */
const RECONNECT_MS = 3_000;

export interface EventsOptions {
  /** The type of each event. */
  readonly event: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds between comments that keep the connection open through proxies. */
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Answers with server-sent events (HTML, 9.2) until `source` ends or the client leaves. They carry no
 * ids, since the first event of each connection is the state of now: nothing is missed by a client
 * that comes back.
 * @throws what `source` throws before its first event, so that it can still be answered as a problem
 */
export async function sendEvents(
  response: ServerResponse,
  source: AsyncIterable<unknown>,
  { event, headers, heartbeatMs, signal, log }: EventsOptions,
): Promise<void> {
  const events = source[Symbol.asyncIterator]();
  let next = await events.next();
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  if (response.req.method === 'HEAD') return endHead(response, events);
  response.write(`retry: ${RECONNECT_MS}\n\n`);
  const heartbeat = setInterval(() => {
    // For a client that does not read, heartbeats would only fill the buffer.
    if (!response.writableNeedDrain) response.write(':\n\n');
  }, heartbeatMs);
  try {
    for (; !next.done; next = await events.next()) {
      await write(response, `event: ${event}\ndata: ${JSON.stringify(next.value)}\n\n`, signal);
    }
  } catch (error) {
    // The status is long sent. The client sees the end of the stream and connects again.
    if (!signal.aborted) log.warn('an event stream broke off', { error });
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}
