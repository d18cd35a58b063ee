import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { InfoView, TraceList } from '../../../../../mesh/run/dashboard/api/views.ts';
import { counter, gauge, log, logs, metrics, span, traces } from '../otlp-requests.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

const JSON_TYPE = { 'content-type': 'application/json' };
const BODY = JSON.stringify(traces('order', [span()]));

describe('an OTLP request', () => {
  test('needs no token, because exporters of all processes send it', async () => {
    await withDashboard(async ({ url, get }) => {
      const response = await fetch(`${url}/v1/traces`, { method: 'POST', headers: JSON_TYPE, body: BODY });
      expect([response.status, await response.json()]).toEqual([200, {}]);
      expect((await get<TraceList>('/api/traces')).traces).toMatchObject([{ service: 'order', spans: 1 }]);
    });
  });

  test('may be compressed with gzip', async () => {
    await withDashboard(async ({ fetch, get }) => {
      const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
      const { status } = await fetch('/v1/traces', { method: 'POST', headers, body: gzipSync(BODY) });
      expect(status).toBe(200);
      expect((await get<TraceList>('/api/traces')).traces).toHaveLength(1);
    });
  });

  test.each([
    [
      'protobuf',
      { 'content-type': 'application/x-protobuf' },
      BODY,
      415,
      'OTEL_EXPORTER_OTLP_PROTOCOL=http/json',
    ],
    ['no content type', { 'content-type': '' }, BODY, 415, "content-type '' is not supported"],
    [
      'a truncated body',
      JSON_TYPE,
      BODY.slice(0, 100),
      400,
      'the body of 100 bytes is not JSON, or is truncated',
    ],
    ['an empty body', JSON_TYPE, '', 400, 'the body of 0 bytes is not JSON'],
    ['null', JSON_TYPE, 'null', 400, "the body has no 'resourceSpans': it is null; send OTLP/JSON"],
    [
      'logs on the path of traces',
      JSON_TYPE,
      JSON.stringify(logs('order', [log()])),
      400,
      "it has 'resourceLogs', which belongs to another path",
    ],
    [
      'an unknown compression',
      { ...JSON_TYPE, 'content-encoding': 'br' },
      BODY,
      415,
      "content-encoding 'br' is not supported; use gzip",
    ],
    [
      'gzip that is truncated',
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      gzipSync(BODY).subarray(0, 50),
      400,
      'the body ended early or is not gzip',
    ],
    [
      'gzip that is none',
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      BODY,
      400,
      'the body ended early or is not gzip: incorrect header check',
    ],
    [
      'values nested too deeply',
      JSON_TYPE,
      BODY.replace('"events"', `"extra":${'['.repeat(200_000)}${']'.repeat(200_000)},"events"`),
      400,
      'the body cannot be stored: Maximum call stack size exceeded',
    ],
  ])('with %s is refused with the reason', async (_, headers, body, status, detail) => {
    await withDashboard(async ({ fetch, get, problems }) => {
      const response = await fetch('/v1/traces', { method: 'POST', headers, body });
      expect(await response.json()).toEqual({
        type: 'about:blank',
        title: expect.any(String),
        status,
        detail: expect.stringContaining(detail),
      });
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect((await get<TraceList>('/api/traces')).traces).toEqual([]);
      expect(problems).toEqual([]);
    });
  });
});

describe('invalid records', () => {
  test.each([
    ['rejectedSpans', traces('order', [span(), { ...span(), traceId: 'x' }])],
    ['rejectedLogRecords', logs('order', [log(), { ...log(), body: 5 }])],
    ['rejectedDataPoints', metrics('order', [gauge('queue', [{ value: 1 }, { value: Number.NaN }])])],
  ])('are counted in %s, and the others are stored', async (field, request) => {
    await withDashboard(async ({ send, get }) => {
      const response = await send(request);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        partialSuccess: { [field]: '1', errorMessage: expect.stringMatching(/^resource.*; (use|it must)/) },
      });
      const { store } = await get<InfoView>('/api/info');
      expect(store.spans + store.logs + store.metricPoints).toBe(1);
      expect(store.dropped).toEqual({ 'not valid OTLP': 1 });
    });
  });

  test('are not counted as dropped if there are none', async () => {
    await withDashboard(async ({ send, get }) => {
      await send(metrics('order', [counter('requests', [{ value: 1 }])]));
      expect((await get<InfoView>('/api/info')).store.dropped).toEqual({});
    });
  });
});
