import type { Request } from 'express';
import type { ExchangeResponse } from '../../kit/edge/exchange.ts';
import { sendEvents } from '../../kit/edge/send-events.ts';
import { asServiceError, problemOf } from './problem.ts';
import type { Reply, ResponseDefinition } from './route.ts';
import { sendLines } from './send-lines.ts';

/** Sends `reply` in the documented form of its route. */
export async function send(
  request: Request<Record<string, string>, unknown, unknown, unknown>,
  response: ExchangeResponse,
  answer: ResponseDefinition,
  reply: Reply<ResponseDefinition>,
  heartbeatMs: number,
): Promise<void> {
  const { context } = response.locals.exchange;
  const { signal, log, requestId } = context;
  const headers = reply.headers ?? {};
  if (answer.kind === 'events') {
    const source = reply.body as AsyncIterable<unknown>;
    await sendEvents(response, source, { event: answer.event, headers, heartbeatMs, signal, log });
  } else if (answer.kind === 'lines') {
    const describe = (error: unknown) => problemOf(asServiceError(error), request.path, requestId);
    const source = reply.body as AsyncIterable<unknown>;
    await sendLines(response, source, { status: answer.status, headers, signal, describe });
  } else {
    const page = answer.kind === 'page';
    const body = Buffer.from(page ? String(reply.body) : JSON.stringify(reply.body));
    const type = page ? 'text/html; charset=utf-8' : (answer.type ?? 'application/json');
    response.writeHead(answer.status, { ...headers, 'content-type': type, 'content-length': body.length });
    response.end(body);
  }
}
