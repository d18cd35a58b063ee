import { type OtlpBody, type OtlpSpan, readSpans } from '../services/kit/telemetry/otlp-receiver.ts';
import type { PartClient } from './part-client.ts';

/**
 * Returns the spans of a trace, of sidecars and processes; none while Jaeger does not have the trace.
 * @see https://www.jaegertracing.io/docs/2.13/architecture/apis/#query-json-over-http
 */
export async function readTrace(jaeger: PartClient, traceId: string): Promise<readonly OtlpSpan[]> {
  const { result } = await jaeger
    .get<{ readonly result: OtlpBody }>(`/api/v3/traces/${traceId}`)
    .catch((error: Error) => {
      if (error.message.includes('answered 404')) return { result: {} };
      throw error;
    });
  return readSpans(result);
}

/** Returns the name by which the sidecar of a service reports its spans. */
export function sidecarOf(service: string): string {
  return `${service}.shop`;
}

/** Returns the spans between a span and its descendant, from the top to the bottom. */
export function spansBetween(
  trace: readonly OtlpSpan[],
  top: OtlpSpan,
  bottom: OtlpSpan,
): readonly OtlpSpan[] {
  const parent = trace.find(({ spanId }) => spanId === bottom.parentSpanId);
  return parent === undefined || parent === top ? [] : [...spansBetween(trace, top, parent), parent];
}

/** Returns the descendants of a span. */
export function descendantsOf(trace: readonly OtlpSpan[], top: OtlpSpan): readonly OtlpSpan[] {
  const children = trace.filter(({ parentSpanId }) => parentSpanId === top.spanId);
  return children.flatMap((child) => [child, ...descendantsOf(trace, child)]);
}
