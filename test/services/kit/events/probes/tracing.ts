import { context, SpanKind } from '@opentelemetry/api';
import { contextOf, traceparentOf } from '../../../../../services/kit/telemetry/propagation.ts';
import { recordSpans } from '../../telemetry/recorded-spans.ts';
import type { Probe } from './probe.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const REQUEST = `00-${TRACE_ID}-00f067aa0ba902b7-01`;

/** Appends one event in a trace, and one outside of any, and looks at the spans and at the trace of the handler. */
export const traceContinued: Probe = async (stage) => {
  const spans = recordSpans();
  spans.clear();
  const { events, broker } = await stage.service();
  const store = await stage.store();
  const traceparents: (string | undefined)[] = [];
  stage.consume(events, store, async () => void traceparents.push(traceparentOf()));
  const { id: _, time: __, ...event } = stage.event(0);
  await context.with(contextOf(REQUEST), () => events.outbox.append(store, event));
  await events.outbox.append(store, { ...event, data: { n: 1, padding: '' } });
  stage.run(events.outbox.relay(store));
  await stage.until(async () => (await stage.count(store, 'effect')) === 2);
  const [send, ...otherSends] = spans.named(`send ${stage.topic}`);
  const process = await stage.until(() => spans.named(`process ${stage.topic}`)[0]);
  const isSent =
    send?.kind === SpanKind.PRODUCER &&
    send.parentSpanContext?.spanId === '00f067aa0ba902b7' &&
    send.spanContext().traceId === TRACE_ID &&
    otherSends.length === 0;
  const isProcessed =
    process.kind === SpanKind.CONSUMER &&
    process.parentSpanContext?.spanId === send?.spanContext().spanId &&
    process.links[0]?.context.spanId === send?.spanContext().spanId &&
    process.attributes['messaging.consumer.group.name'] === stage.group;
  const isInTrace = traceparents.some((traceparent) => traceparent?.includes(TRACE_ID));
  return isSent && isProcessed && isInTrace && broker.kind === stage.rig.kind ? 'exact' : 'unsupported';
};
