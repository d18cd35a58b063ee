import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { context, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Pool } from 'pg';
import { StoreClient } from '../../../../services/kit/store/store-client.ts';
import { StorePool } from '../../../../services/kit/store/store-pool.ts';
import { contextOf } from '../../../../services/kit/telemetry/propagation.ts';
import { traceStatements } from '../../../../services/kit/telemetry/trace-statements.ts';
import { setTracedQuery } from '../../../../services/kit/telemetry/traced-query.ts';
import { testStore } from '../../../postgres.ts';
import { recordSpans } from '../telemetry/recorded-spans.ts';

// Registers the propagation, without which a traceparent is not read.
const spans = recordSpans();
const SAMPLED = contextOf('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');
const UNSAMPLED = contextOf('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00');

let pool: Pool;
beforeAll(async () => {
  traceStatements();
  const { connectionString } = await testStore('statement-spans');
  pool = new StorePool({ connectionString, Client: StoreClient, max: 1 });
});
beforeEach(() => spans.clear());
afterAll(async () => {
  setTracedQuery(undefined);
  await pool.end();
});

test('a statement of a sampled trace is a span with its name and text, and without its values', async () => {
  const text = 'SELECT $1::text AS secret';
  const { rows } = await context.with(SAMPLED, () =>
    pool.query({ name: 'read-secret', text, values: ['tok_secret'] }),
  );
  expect(rows).toEqual([{ secret: 'tok_secret' }]);
  const span = spans.only('read-secret');
  expect(span.kind).toBe(SpanKind.CLIENT);
  expect(span.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
  expect(span.attributes).toMatchObject({
    'db.system.name': 'postgresql',
    'db.query.text': text,
    'db.query.summary': 'read-secret',
  });
  expect(JSON.stringify([span.attributes, span.events])).not.toContain('tok_secret');
});

test('a failed statement marks its span, without the value that Postgres repeats in its message', async () => {
  const failing = context.with(SAMPLED, () =>
    pool.query({ name: 'cast', text: 'SELECT $1::text::int', values: ['tok_secret'] }),
  );
  await expect(failing).rejects.toThrow('invalid input syntax');
  const span = spans.only('cast');
  expect(span.status.code).toBe(SpanStatusCode.ERROR);
  expect(JSON.stringify([span.attributes, span.events, span.status])).not.toContain('tok_secret');
});

test('statements outside of a sampled trace have no spans', async () => {
  await context.with(UNSAMPLED, () => pool.query({ name: 'unsampled', text: 'SELECT 1' }));
  await pool.query({ name: 'untraced', text: 'SELECT 1' });
  expect([...spans.named('unsampled'), ...spans.named('untraced')]).toEqual([]);
});

test('a statement that waits for a connection belongs to its own trace', async () => {
  const traceOf = (digit: string) => contextOf(`00-${digit.repeat(32)}-${digit.repeat(16)}-01`);
  const query = (digit: string) =>
    context.with(traceOf(digit), () => pool.query({ name: `statement-${digit}`, text: 'SELECT 1' }));
  await Promise.all(['a', 'b', 'c'].map(query));
  for (const digit of ['a', 'b', 'c'])
    expect(spans.only(`statement-${digit}`).spanContext().traceId).toBe(digit.repeat(32));
});
