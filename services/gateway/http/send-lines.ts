import type { ServerResponse } from 'node:http';
import { endHead } from '../../kit/edge/end-head.ts';
import { write } from '../../kit/edge/write.ts';
import type { ProblemDetails } from '../schemas/problem.ts';

export interface LinesOptions {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Returns the problem that is sent as the last line after an error. */
  readonly describe: (error: unknown) => ProblemDetails;
}

/**
 * Sends one JSON object per line (NDJSON), as fast as the client reads. An error after the first line is sent as the
 * last line.
 * @throws the error of `source` before its first line
 */
export async function sendLines(
  response: ServerResponse,
  source: AsyncIterable<unknown>,
  { status, headers, signal, describe }: LinesOptions,
): Promise<void> {
  const lines = source[Symbol.asyncIterator]();
  let next = await lines.next();
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/x-ndjson',
    'x-accel-buffering': 'no',
  });
  if (response.req.method === 'HEAD') return endHead(response, lines);
  try {
    for (; !next.done; next = await lines.next()) {
      await write(response, `${JSON.stringify(next.value)}\n`, signal);
    }
  } catch (error) {
    if (!signal.aborted) response.write(`${JSON.stringify(describe(error))}\n`);
  } finally {
    response.end();
  }
}
