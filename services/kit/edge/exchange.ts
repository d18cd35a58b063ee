import type { IncomingHttpHeaders } from 'node:http';
import { context as active, propagation, ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import type { Request, RequestHandler, Response } from 'express';
import { uuidv7 } from '../fields/uuid.ts';
import type { CallContext } from '../grpc/handlers.ts';
import { activeExemplar } from '../telemetry/active-exemplar.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { redactText } from '../telemetry/secret-text.ts';
import { failSpan, TRACER } from '../telemetry/tracing.ts';
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

/** RFC 9110 and RFC 5789. */
const METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
]);

/**
 * Assigns the request id, starts the span, detects when the client disconnects, writes the access log and records the
 * duration.
 * @param hops number of trusted proxies in front of this process
 */
export function exchanges(log: Log, metrics: Metrics, hops: number): ExchangeHandler {
  return (request, response, next) => {
    const start = performance.now();
    const requestId = headerValue(request.headers, 'x-request-id', /^[\w.:-]{1,128}$/) ?? uuidv7();
    // Read at the start: a closed socket has no address.
    const client = clientAddress(request, hops);
    const disconnected = new AbortController();
    const context: CallContext = {
      caller: 'client',
      signal: disconnected.signal,
      deadline: Number.POSITIVE_INFINITY,
      requestId,
      canary: headerValue(request.headers, 'x-canary', /^[\w.-]{1,64}$/) ?? '',
      isRetry: false,
      log: log.child({ requestId }),
    };
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const span = TRACER.startSpan(request.method, { kind: SpanKind.SERVER }, parent);
    response.locals.exchange = { context, client, route: '', abort: () => disconnected.abort() };
    response.setHeader('x-request-id', requestId);
    const traced = trace.setSpan(parent, span);
    const end = () => {
      // Skips abort() after a complete response: it cancels nothing, and creating its error captures a stack trace.
      if (!response.writableFinished) disconnected.abort();
      const { route } = response.locals.exchange;
      // nginx uses 499 for clients that disconnect before the response ends.
      const status = response.writableFinished ? response.statusCode : 499;
      const { method, path } = request;
      const durationMs = performance.now() - start;
      const labels = {
        // Methods are unlimited in number. `_OTHER` is the name that OpenTelemetry gives to the unknown ones.
        http_request_method: METHODS.has(method) ? method : '_OTHER',
        http_route: route,
        http_response_status_code: String(status),
      };
      metrics.observe('http_server_request_duration_seconds', labels, durationMs / 1_000, activeExemplar());
      const milliseconds = Math.round(durationMs);
      context.log.info('request', { method, path, route, status, milliseconds, client });
      endSpan(span, request, { route, status, requestId });
    };
    // Events of a response are not part of the asynchronous work of its request.
    response.once('close', active.bind(traced, end));
    active.with(traced, next);
  };
}

/**
 * Ends the span of a request.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
function endSpan(
  span: Span,
  { method, path, protocol, httpVersion }: Request<Record<string, string>, unknown, unknown, unknown>,
  {
    route,
    status,
    requestId,
  }: { readonly route: string; readonly status: number; readonly requestId: string },
): void {
  if (span.isRecording()) {
    span.setAttributes({
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
      // A client can write anything into a path.
      [ATTR_URL_PATH]: redactText(path),
      [ATTR_URL_SCHEME]: protocol,
      [ATTR_NETWORK_PROTOCOL_VERSION]: httpVersion,
      'weft.request_id': requestId,
    });
    if (route) {
      span.updateName(`${method} ${route}`);
      span.setAttribute(ATTR_HTTP_ROUTE, route);
    }
    if (status >= 500) failSpan(span, String(status));
  }
  span.end();
}

function headerValue(headers: IncomingHttpHeaders, name: string, shape: RegExp): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}
