import { afterAll, describe, expect, test } from '@jest/globals';
import { log, logs, NOW, span, traceId, traces } from '../otlp-requests.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

/** Returns the next documents of an NDJSON response. */
function documentsOf(response: Response): () => Promise<unknown> {
  const chunks = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  return async () => {
    while (!text.includes('\n')) text += (await chunks.read()).value ?? '';
    const line = text.slice(0, text.indexOf('\n'));
    text = text.slice(line.length + 1);
    return JSON.parse(line);
  };
}

describe('follow=true', () => {
  test('sends stored spans first, and later ones as they arrive', async () => {
    await withDashboard(async ({ fetch, send }) => {
      await send(traces('order', [span({ name: 'stored' })]));
      const response = await fetch('/api/telemetry/spans?follow=true');
      expect(response.headers.get('content-type')).toBe('application/x-ndjson');
      const next = documentsOf(response);
      expect(await next()).toMatchObject(traces('order', [{ name: 'stored' }]));
      await send(traces('payment', [span({ name: 'later' })]));
      expect(await next()).toMatchObject(traces('payment', [{ name: 'later' }]));
    });
  });

  test.each([
    ['service=order', logs('payment', [log()])],
    ['level=warn', logs('order', [log({ severity: 9 })])],
    ['text=PAID', logs('order', [log({ message: 'refused' })])],
    [`traceId=${traceId(7)}`, logs('order', [log({ trace: 6 }), log()])],
    [`from=${NOW}`, logs('order', [log({ time: NOW - 1 })])],
    [`to=${NOW}`, logs('order', [log({ time: NOW + 1 })])],
  ])('sends only the log records that match %s', async (filter, others) => {
    await withDashboard(async ({ fetch, send }) => {
      const next = documentsOf(await fetch(`/api/telemetry/logs?follow=true&${filter}`));
      await send(others);
      await send(logs('order', [log({ message: 'was paid', severity: 13, trace: 7, time: NOW })]));
      expect(await next()).toMatchObject(logs('order', [{ body: { stringValue: 'was paid' } }]));
    });
  });

  test.each([
    ['error=true', span()],
    ['error=false', span({ isError: true })],
    ['minMs=10', span({ durationMs: 9 })],
    ['text=match', span({ name: 'other' })],
  ])('sends only the spans that match %s', async (filter, other) => {
    await withDashboard(async ({ fetch, send }) => {
      const next = documentsOf(await fetch(`/api/telemetry/spans?follow=true&${filter}`));
      await send(traces('order', [other]));
      const isError = filter === 'error=true';
      await send(traces('order', [span({ name: 'a match', id: 9, isError })]));
      expect(await next()).toMatchObject(traces('order', [{ name: 'a match' }]));
    });
  });

  test('finds text in bodies that are no strings, as the list does', async () => {
    await withDashboard(async ({ fetch, send }) => {
      const next = documentsOf(await fetch('/api/telemetry/logs?follow=true&text=42'));
      await send(logs('order', [{ ...log(), body: { intValue: '42' } }]));
      expect(await next()).toMatchObject(logs('order', [{ body: { intValue: '42' } }]));
    });
  });

  test.each(['traces', 'resources'])('is refused for %s', async (kind) => {
    await withDashboard(async ({ fetch }) => {
      const response = await fetch(`/api/telemetry/${kind}?follow=true`);
      expect(await response.json()).toMatchObject({
        status: 400,
        detail: `follow=true is for spans and logs, not for ${kind}`,
      });
    });
  });
});
