import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { redactText } from './secret-text.ts';

/*
 * The life of a trace
 *
 *   client ── traceparent ──> GET /v1/orders/{id}      SERVER     gateway/http/exchange.ts
 *                               |
 *                               |  active context
 *                               v
 *                             OrderService/GetOrder    CLIENT     client/call-span.ts, with the decisions of the
 *                               |                                 in-app layer as events (client/decision-event.ts)
 *                               |  metadata traceparent           client/outgoing-call.ts
 *                               v
 *                             OrderService/GetOrder    SERVER     server/server-span.ts
 *                               |
 *                               +──> find-order        CLIENT     trace-statements.ts, store/store-pool.ts
 *                               |
 *                               +──> outbox row ──> send orders ──> process orders    events/event-spans.ts
 *
 * 1. `startTelemetry` registers the context manager and the propagation. With an endpoint, it also loads the parts of
 *    the SDK that the settings select.
 * 2. A server reads the trace context of a request (propagation.ts), starts a SERVER span, and runs the handler in its
 *    context. Node.js passes the context on to everything that the handler awaits.
 * 3. A trace is sampled where it begins: the first process or sidecar decides, and the flag in `traceparent` tells all
 *    others. A span that is not sampled records nothing, but its context is still passed on.
 * 4. A declared call has one CLIENT span for all its attempts. `begin-call.ts` starts and ends it, and makes it active
 *    while the layer decides, so that each decision becomes an event of its call.
 * 5. Each attempt sends the same `traceparent`. A retried call therefore has several SERVER spans below one CLIENT span.
 * 6. A statement has a span only in a sampled trace (store-client.ts), because the instrumentation costs more than most
 *    statements.
 * 7. Work that serves several requests, such as a batch of statements (batcher.ts), runs in the trace of one of them and
 *    links to the others.
 * 8. An event outlives its request: the outbox row and the message store its `traceparent` (event-spans.ts).
 * 9. Work that outlives the request which starts it, such as a connection or a watch, runs in no trace (`outsideTrace`).
 * 10. Ended spans wait in a queue of a fixed size and are exported in batches (export-traces.ts). Log lines (log.ts) and
 *     exemplars of histograms (active-exemplar.ts) name the active span.
 */

/** Creates the spans of the kit. Until `startTelemetry` has run, and without an endpoint, its spans record nothing. */
export const TRACER = trace.getTracer('weft');

/** Returns whether work in a context belongs to a sampled trace. The span itself may have ended. */
export function isSampled(work: Context = context.active()): boolean {
  const flags = trace.getSpanContext(work)?.traceFlags ?? TraceFlags.NONE;
  return (flags & TraceFlags.SAMPLED) !== 0;
}

/**
 * Runs work that outlives the request that happens to start it, such as connecting, watching or polling. Callbacks and
 * timers inherit the context in which they are created: the log lines of a connection would name the trace of the
 * request that opened it, and hold its memory, for as long as the connection lives.
 */
export function outsideTrace<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/**
 * Marks a span as failed.
 * @param type attribute `error.type`: a status code or the name of an error
 * @param message text of an error, in which secrets and personal data are redacted
 */
export function failSpan(span: Span, type: string, message?: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({
    code: SpanStatusCode.ERROR,
    ...(message !== undefined && { message: redactText(message) }),
  });
}
