import { type Span, SpanStatusCode, trace } from '@opentelemetry/api';

/** Creates the spans of the kit. Until `startTelemetry` has run, and without an endpoint, its spans record nothing. */
export const TRACER = trace.getTracer('weft');

/** Returns whether the span of the running work is recorded: tracing is on, and its trace is sampled. */
export function isRecording(): boolean {
  return trace.getActiveSpan()?.isRecording() === true;
}

/** Marks a span as failed. `type` is the attribute `error.type`: a status code or the name of an error. */
export function failSpan(span: Span, type: string, message?: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
}
