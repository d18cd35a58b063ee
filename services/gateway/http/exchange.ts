import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { uuidv7 } from '../../kit/fields/uuid.ts';
import type { CallContext } from '../../kit/grpc/handlers.ts';
import type { Log } from '../../kit/telemetry/log.ts';
import { clientAddress } from './client-address.ts';

/** What is known of a request from its start to its end. */
export interface Exchange {
  readonly context: CallContext;
  /** Gives up what is done for the request. */
  giveUp(): void;
  /** Address of the client, from the chain of proxies. */
  readonly client: string;
  /** The route that matched, as the graph writes its path. */
  route: string;
}

export type ExchangeResponse = Response<unknown, { exchange: Exchange }>;
export type ExchangeHandler = RequestHandler<
  Record<string, string>,
  unknown,
  unknown,
  unknown,
  { exchange: Exchange }
>;

/**
 * Names the request, notices when the client leaves, and writes the access log.
 * @param hops number of trusted proxies in front of this process
 */
export function exchanges(log: Log, hops: number): ExchangeHandler {
  return (request, response, next) => {
    const start = performance.now();
    const requestId = given(request.headers, 'x-request-id', /^[\w.:-]{1,128}$/) ?? uuidv7();
    const traceparent =
      given(request.headers, 'traceparent', /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/) ?? '';
    // Read now: a socket that has closed has no address.
    const client = clientAddress(request, hops);
    const left = new AbortController();
    const context: CallContext = {
      caller: 'client',
      signal: left.signal,
      deadline: Number.POSITIVE_INFINITY,
      requestId,
      traceparent,
      canary: given(request.headers, 'x-canary', /^[\w.-]{1,64}$/) ?? '',
      retried: false,
      log: log.child({ requestId }),
    };
    response.locals.exchange = { context, client, route: '', giveUp: () => left.abort() };
    response.setHeader('x-request-id', requestId);
    response.once('close', () => {
      // There is nothing to give up after an answer, and to abort costs a stack trace.
      if (!response.writableFinished) left.abort();
      context.log.info('request', {
        method: request.method,
        path: request.path,
        route: response.locals.exchange.route,
        // As nginx counts a client that did not wait for the end of its answer.
        status: response.writableFinished ? response.statusCode : 499,
        milliseconds: Math.round(performance.now() - start),
        client,
      });
    });
    next();
  };
}

function given(headers: IncomingHttpHeaders, name: string, shape: RegExp): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}
