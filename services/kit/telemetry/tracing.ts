import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

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

/** Marks a span as failed. `type` is the attribute `error.type`: a status code or the name of an error. */
export function failSpan(span: Span, type: string, message?: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
}
