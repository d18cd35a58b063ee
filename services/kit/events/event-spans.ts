import { type Attributes, context, type Span, SpanKind, trace } from '@opentelemetry/api';
import {
  ATTR_MESSAGING_BATCH_MESSAGE_COUNT,
  ATTR_MESSAGING_CONSUMER_GROUP_NAME,
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_MESSAGE_ID,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM,
} from '@opentelemetry/semantic-conventions/incubating';
import type { Broker } from '../../../mesh/policy/broker.ts';
import { contextOf } from '../telemetry/propagation.ts';
import { failSpan, TRACER } from '../telemetry/tracing.ts';
import type { Event } from './event.ts';

/*
 * The trace of an event
 *
 *   order: PlaceOrder ──> outbox row (traceparent) ──> `send orders` (PRODUCER) ──> message (CloudEvents traceparent)
 *                                                                                        │
 *   notification:                                                         `process orders` (CONSUMER) <──┘
 *
 * The row stores the trace of the work that appended the event, which has ended when the relay publishes the row. The
 * consumer's span is a child of the producer's, so that an order is one trace, and links to it, as OpenTelemetry asks
 * for (https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/). The instrumentations of kafkajs and
 * amqplib are not used: they would continue the relay's trace, which is none.
 */

/** Events to publish, each with the trace of its PRODUCER span. */
export interface SentEvents {
  readonly events: readonly Event[];
  /** Ends the spans. */
  end(error?: unknown): void;
}

/** Starts the PRODUCER span of each event that belongs to a sampled trace. */
export function startSending(events: readonly Event[], system: Broker): SentEvents {
  const spans: Span[] = [];
  const sent = events.map((event) => {
    if (event.traceparent === undefined) return event;
    const parent = contextOf(event.traceparent);
    const attributes = attributesOf(event, system, 'send');
    const span = TRACER.startSpan(`send ${event.topic}`, { kind: SpanKind.PRODUCER, attributes }, parent);
    if (!span.isRecording()) return event;
    spans.push(span);
    const { traceId, spanId } = span.spanContext();
    return { ...event, traceparent: `00-${traceId}-${spanId}-01` };
  });
  return { events: sent, end: (error) => endAll(spans, error) };
}

/**
 * Runs `process` in the context of the CONSUMER spans of `events`. A statement that serves several events appears in the
 * trace of the first.
 */
export async function processTraced<T>(
  events: readonly Event[],
  { group, system }: { readonly group: string; readonly system: Broker },
  process: () => Promise<T>,
): Promise<T> {
  const spans: Span[] = [];
  let active = context.active();
  for (const event of events) {
    if (event.traceparent === undefined) continue;
    const parent = contextOf(event.traceparent);
    const producer = trace.getSpanContext(parent);
    const span = TRACER.startSpan(
      `process ${event.topic}`,
      {
        kind: SpanKind.CONSUMER,
        attributes: {
          ...attributesOf(event, system, 'process'),
          [ATTR_MESSAGING_CONSUMER_GROUP_NAME]: group,
          ...(events.length > 1 && { [ATTR_MESSAGING_BATCH_MESSAGE_COUNT]: events.length }),
        },
        ...(producer && { links: [{ context: producer }] }),
      },
      parent,
    );
    if (spans.length === 0) active = trace.setSpan(parent, span);
    spans.push(span);
  }
  try {
    const result = await context.with(active, process);
    endAll(spans);
    return result;
  } catch (error) {
    endAll(spans, error);
    throw error;
  }
}

function attributesOf({ topic, id }: Event, system: Broker, operation: 'send' | 'process'): Attributes {
  return {
    [ATTR_MESSAGING_SYSTEM]: system === 'postgres' ? 'postgresql' : system,
    [ATTR_MESSAGING_DESTINATION_NAME]: topic,
    [ATTR_MESSAGING_MESSAGE_ID]: id,
    [ATTR_MESSAGING_OPERATION_NAME]: operation,
    [ATTR_MESSAGING_OPERATION_TYPE]: operation,
  };
}

function endAll(spans: readonly Span[], error?: unknown): void {
  for (const span of spans) {
    if (error !== undefined) failSpan(span, error instanceof Error ? error.name : 'error', String(error));
    span.end();
  }
}
