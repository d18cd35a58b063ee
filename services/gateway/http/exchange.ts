import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { uuidv7 } from '../../kit/fields/uuid.ts';
import type { CallContext } from '../../kit/grpc/handlers.ts';
import type { Log } from '../../kit/telemetry/log.ts';
import { clientAddress } from './client-address.ts';

/** A request with its context, from start to end. */
export interface HttpExchange {
  readonly context: CallContext;
  /** Cancels the work for the request. */
  abort(): void;
  /** Address of the client, derived from the chain of proxies. */
  readonly client: string;
  /** Path of the matched route, as in the graph. */
  route: string;
}

export type ExchangeResponse = Response<unknown, { exchange: HttpExchange }>;
export type ExchangeHandler = RequestHandler<
  Record<string, string>,
  unknown,
  unknown,
  unknown,
  { exchange: HttpExchange }
>;

/**
 * Assigns the request id, detects when the client disconnects, and writes the access log.
 * @param hops number of trusted proxies in front of this process
 */
export function exchanges(log: Log, hops: number): ExchangeHandler {
  return (request, response, next) => {
    const start = performance.now();
    const requestId = headerValue(request.headers, 'x-request-id', /^[\w.:-]{1,128}$/) ?? uuidv7();
    const traceparent =
      headerValue(request.headers, 'traceparent', /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/) ?? '';
    // Read at the start: a closed socket has no address.
    const client = clientAddress(request, hops);
    const disconnected = new AbortController();
    const context: CallContext = {
      caller: 'client',
      signal: disconnected.signal,
      deadline: Number.POSITIVE_INFINITY,
      requestId,
      traceparent,
      canary: headerValue(request.headers, 'x-canary', /^[\w.-]{1,64}$/) ?? '',
      isRetry: false,
      log: log.child({ requestId }),
    };
    response.locals.exchange = { context, client, route: '', abort: () => disconnected.abort() };
    response.setHeader('x-request-id', requestId);
    response.once('close', () => {
      // Skips abort() after a complete response: it cancels nothing, and creating its error captures a stack trace.
      if (!response.writableFinished) disconnected.abort();
      context.log.info('request', {
        method: request.method,
        path: request.path,
        route: response.locals.exchange.route,
        // nginx uses 499 for clients that disconnect before the response ends.
        status: response.writableFinished ? response.statusCode : 499,
        milliseconds: Math.round(performance.now() - start),
        client,
      });
    });
    next();
  };
}

function headerValue(headers: IncomingHttpHeaders, name: string, shape: RegExp): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}
