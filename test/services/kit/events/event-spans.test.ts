import { beforeEach, expect, test } from '@jest/globals';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { DatabaseError } from 'pg';
import type { Event } from '../../../../services/kit/events/event.ts';
import { addDeadLetter, processTraced, startSending } from '../../../../services/kit/events/event-spans.ts';
import { recordSpans } from '../telemetry/recorded-spans.ts';

const CONSUMER = { group: 'notification', system: 'postgres' } as const;
const spans = recordSpans();
beforeEach(() => spans.clear());

/** Returns events whose traces have the digits as their ids. */
const events = (...digits: readonly string[]): readonly Event[] =>
  digits.map((digit) => ({
    id: digit,
    topic: 'orders',
    type: 't',
    key: 'k',
    time: '2026-01-02T03:04:05.678Z',
    data: {},
    traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-01`,
  }));
const processed = () =>
  spans.named('process orders').map(({ attributes }) => attributes['messaging.message.id']);

test('events that are left for a later delivery have no span in this one', async () => {
  expect(await processTraced(events('a', 'b', 'c'), CONSUMER, async () => 2)).toBe(2);
  expect(processed()).toEqual(['a', 'b']);
});

test('a batch that fails has one span, that of its first event, because all are delivered again', async () => {
  const failing = processTraced(events('a', 'b'), CONSUMER, () => Promise.reject(new Error('down')));
  await expect(failing).rejects.toThrow('down');
  expect(processed()).toEqual(['a']);
  expect(spans.only('process orders').status).toEqual({ code: SpanStatusCode.ERROR, message: 'Error: down' });
});

test('a batch runs in the trace of its first event', async () => {
  let traceId: string | undefined;
  await processTraced(events('a', 'b'), CONSUMER, async () => {
    traceId = trace.getSpanContext(context.active())?.traceId;
    return 2;
  });
  expect(traceId).toBe('a'.repeat(32));
});

test('a dead letter is an event of the failed span, which names its message', async () => {
  const [event] = events('a');
  if (!event) throw new Error('no event');
  await processTraced([event], CONSUMER, async () => {
    addDeadLetter(event, 8);
    return 1;
  });
  const span = spans.only('process orders');
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  expect(span.events).toMatchObject([
    { name: 'weft.event.dead-lettered', attributes: { 'messaging.message.id': 'a', 'weft.attempts': 8 } },
  ]);
});

test('a failed span has neither an e-mail address nor the values that Postgres repeats in its messages', () => {
  const [event] = events('a');
  startSending(event ? [event] : [], 'kafka').end(new Error('no mailbox jane@example.com'));
  expect(spans.only('send orders').status.message).toBe('Error: no mailbox [redacted]');
  spans.clear();
  const error = new DatabaseError('invalid input syntax for type uuid: "tok_secret"', 1, 'error');
  error.code = '22P02';
  startSending(event ? [event] : [], 'postgres').end(error);
  expect(spans.only('send orders').status).toEqual({ code: SpanStatusCode.ERROR });
  expect(spans.only('send orders').attributes['error.type']).toBe('22P02');
});
