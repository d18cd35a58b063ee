import type { ServerResponse } from 'node:http';
import type { Log } from '../telemetry/log.ts';
import { endHead } from './end-head.ts';
import { write } from './write.ts';

/** Time after which a browser reconnects. */
const RECONNECT_MS = 3_000;

export interface EventStreamOptions {
  /** Type of each event. */
  readonly event: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Interval of comments that keep the connection open through proxies, milliseconds. */
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Sends server-sent events (HTML, section 9.2) until `source` ends or the client disconnects. Events have no ids: the
 * first event of each connection is the current state, so a client that reconnects misses nothing.
 * @throws the error of `source` before its first event, so that it can be answered as a problem
 */
export async function sendEvents(
  response: ServerResponse,
  source: AsyncIterable<unknown>,
  { event, headers, heartbeatMs, signal, log }: EventStreamOptions,
): Promise<void> {
  const events = source[Symbol.asyncIterator]();
  let next = await events.next();
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  if (response.req.method === 'HEAD') return endHead(response, events);
  response.write(`retry: ${RECONNECT_MS}\n\n`);
  const heartbeat = setInterval(() => {
    // If the client does not read, heartbeats would only fill the buffer.
    if (!response.writableNeedDrain) response.write(':\n\n');
  }, heartbeatMs);
  try {
    for (; !next.done; next = await events.next()) {
      await write(response, `event: ${event}\ndata: ${JSON.stringify(next.value)}\n\n`, signal);
    }
  } catch (error) {
    // The status has been sent. The client sees the end of the stream and reconnects.
    if (!signal.aborted) log.warn('event stream failed; closing the connection', { error });
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}
