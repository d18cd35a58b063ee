import { type Attributes, type Context, context, type Span, SpanKind, trace } from '@opentelemetry/api';
import {
  ATTR_MESSAGING_BATCH_MESSAGE_COUNT,
  ATTR_MESSAGING_CONSUMER_GROUP_NAME,
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_MESSAGE_ID,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM,
} from '@opentelemetry/semantic-conventions/incubating';
import { DatabaseError } from 'pg';
import type { Broker } from '../../../mesh/policy/broker.ts';
import { contextOf, traceparentOf } from '../telemetry/propagation.ts';
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
 * amqplib are not used: they take the trace from the active context, and the relay runs in no trace.
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
    return { ...event, traceparent: traceparentOf(trace.setSpan(parent, span)) ?? event.traceparent };
  });
  return { events: sent, end: (error) => endAll(spans, error) };
}

/** A consumer of events, as its spans name it. */
export interface TracedConsumer {
  readonly group: string;
  readonly system: Broker;
}

/**
 * Runs `process`, which processes a prefix of `events`, in the context of the CONSUMER span of the first one. The others
 * get their spans afterwards: events that are left for a later delivery are not part of this one. A statement that serves
 * several events appears in the trace of the first.
 * @param process resolves with the number of processed events, at least 1
 * @returns that number
 */
export async function processTraced(
  events: readonly Event[],
  consumer: TracedConsumer,
  process: () => Promise<number>,
): Promise<number> {
  const [first, ...others] = events;
  const startTime = Date.now();
  const size = events.length;
  const active = first && startProcessing(first, consumer, size, startTime);
  let count: number;
  try {
    count = await (active ? context.with(active.trace, process) : process());
  } catch (error) {
    if (active) endAll([active.span], error);
    throw error;
  }
  active?.span.end();
  for (const event of others.slice(0, count - 1))
    startProcessing(event, consumer, size, startTime)?.span.end();
  return count;
}

/** Starts the CONSUMER span of an event, unless the event is not traced. */
function startProcessing(
  event: Event,
  { group, system }: TracedConsumer,
  batchSize: number,
  startTime: number,
): { readonly span: Span; readonly trace: Context } | undefined {
  if (event.traceparent === undefined) return undefined;
  const parent = contextOf(event.traceparent);
  const producer = trace.getSpanContext(parent);
  const attributes = {
    ...attributesOf(event, system, 'process'),
    [ATTR_MESSAGING_CONSUMER_GROUP_NAME]: group,
    ...(batchSize > 1 && { [ATTR_MESSAGING_BATCH_MESSAGE_COUNT]: batchSize }),
  };
  const links = producer ? [{ context: producer }] : [];
  const options = { kind: SpanKind.CONSUMER, attributes, links, startTime };
  const span = TRACER.startSpan(`process ${event.topic}`, options, parent);
  return { span, trace: trace.setSpan(parent, span) };
}

/** Adds the dead-lettering of an event to the active span, which then counts as failed. */
export function addDeadLetter({ id }: Event, attempts: number): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  span.addEvent('weft.event.dead-lettered', { [ATTR_MESSAGING_MESSAGE_ID]: id, 'weft.attempts': attempts });
  failSpan(span, 'dead-lettered');
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
    if (error !== undefined) markFailed(span, error);
    span.end();
  }
}

function markFailed(span: Span, error: unknown): void {
  // Postgres repeats values of parameters in its error messages.
  if (error instanceof DatabaseError) failSpan(span, error.code ?? error.name);
  else failSpan(span, error instanceof Error ? error.name : 'error', String(error));
}
