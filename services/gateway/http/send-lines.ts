import type { ServerResponse } from 'node:http';
import type { Problem } from '../schemas/problem.ts';
import { endHead } from './end-head.ts';
import { write } from './write.ts';

export interface LinesOptions {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Says to the client what went wrong after its first lines. */
  readonly describe: (error: unknown) => Problem;
}

/**
 * Answers with a JSON object on each line (NDJSON), as fast as the client reads them. What goes wrong
 * after the first line is said in the last one.
 * @throws what `source` throws before its first line
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
