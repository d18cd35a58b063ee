import { type Metadata, status } from '@grpc/grpc-js';
import {
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import {
  ATTR_RPC_METHOD,
  ATTR_RPC_STATUS_CODE,
  ATTR_RPC_SYSTEM_NAME,
} from '@opentelemetry/semantic-conventions';
import type { CallContext } from '../grpc/handlers.ts';
import { isServerFailure } from '../grpc/server-failure.ts';
import { failSpan, TRACER } from '../telemetry/tracing.ts';

const METADATA_GETTER: TextMapGetter<Metadata> = {
  get: (metadata, key) => metadata.get(key)[0]?.toString(),
  keys: (metadata) => Object.keys(metadata.getMap()),
};

/**
 * Starts the span of a served call, as a child of the caller's span.
 * @param path `/weft.product.v1.ProductService/GetProduct`
 * @returns the span, and the context in which to handle the call
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
export function startServerSpan(path: string, metadata: Metadata): { span: Span; trace: Context } {
  const parent = propagation.extract(ROOT_CONTEXT, metadata, METADATA_GETTER);
  const method = path.slice(1);
  const attributes = { [ATTR_RPC_SYSTEM_NAME]: 'grpc', [ATTR_RPC_METHOD]: method };
  const span = TRACER.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  return { span, trace: trace.setSpan(parent, span) };
}

/** Ends the span of a served call. */
export function endServerSpan(span: Span, code: status, { caller, requestId, isRetry }: CallContext): void {
  if (span.isRecording()) {
    const name = status[code] ?? String(code);
    span.setAttributes({
      [ATTR_RPC_STATUS_CODE]: name,
      'weft.caller': caller,
      'weft.request_id': requestId,
      ...(isRetry && { 'weft.is_retry': true }),
    });
    if (isServerFailure(code)) failSpan(span, name);
  }
  span.end();
}
