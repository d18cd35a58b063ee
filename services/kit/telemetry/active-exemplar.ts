import { TraceFlags, trace } from '@opentelemetry/api';
import type { Exemplar } from './metric-family.ts';

/** Returns the active span as an exemplar; undefined if it is not sampled, because no backend stores it. */
export function activeExemplar(): Exemplar | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || !(span.traceFlags & TraceFlags.SAMPLED)) return undefined;
  return { traceId: span.traceId, spanId: span.spanId };
}
