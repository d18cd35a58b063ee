import { type Attributes, context, type Span, SpanKind, trace } from '@opentelemetry/api';
import {
  ATTR_RPC_METHOD,
  ATTR_RPC_STATUS_CODE,
  ATTR_RPC_SYSTEM_NAME,
} from '@opentelemetry/semantic-conventions';
import type { AppCall } from '../../../mesh/policy/app-config.ts';
import { ServiceError } from '../errors/service-error.ts';
import { failSpan, TRACER } from '../telemetry/tracing.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import { statusName } from './status-name.ts';

/** Name and attributes that the spans of a method's calls have in common. */
export interface CallSpanTemplate {
  readonly name: string;
  readonly attributes: Attributes;
  /** Attribute of the call's gRPC status. @default the status is not recorded */
  readonly statusAttribute?: string;
}

/**
 * Returns the template of a gRPC method's spans.
 * @param name name of the declared call
 * @param path `/weft.product.v1.ProductService/GetProduct`
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
export function grpcSpanTemplate(
  name: string,
  { callee, policy, usesXds }: AppCall,
  path: string,
): CallSpanTemplate {
  const method = path.slice(1);
  const layer = usesXds ? 'proxyless' : policy ? 'app' : 'mesh';
  return {
    name: method,
    statusAttribute: ATTR_RPC_STATUS_CODE,
    attributes: {
      [ATTR_RPC_SYSTEM_NAME]: 'grpc',
      [ATTR_RPC_METHOD]: method,
      'weft.call': name,
      'weft.callee': callee,
      'weft.layer': layer,
    },
  };
}

/** Starts the span of a call. It is the parent of the callee's span, whichever attempt reaches the callee. */
export function startCallSpan({ name, attributes }: CallSpanTemplate, outgoing: OutgoingCall): Span {
  const parent = context.active();
  const span = TRACER.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
  outgoing.trace = trace.setSpan(parent, span);
  return span;
}

/** Ends the span of a call with the number of its attempts and the endpoint of the last one. */
export function endCallSpan(
  span: Span,
  { statusAttribute }: CallSpanTemplate,
  { lastAttempt }: OutgoingCall,
  error: unknown,
): void {
  if (span.isRecording()) {
    const code = statusName(error);
    if (lastAttempt) span.setAttribute('weft.call.attempts', lastAttempt.number + 1);
    if (lastAttempt?.endpoint) span.setAttribute('weft.endpoint', lastAttempt.endpoint.id);
    if (statusAttribute !== undefined) span.setAttribute(statusAttribute, code);
    if (error !== undefined) failSpan(span, code, error instanceof ServiceError ? error.code : String(error));
  }
  span.end();
}
