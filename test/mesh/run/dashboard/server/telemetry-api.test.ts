import { afterAll, describe, expect, test } from '@jest/globals';
import { gauge, log, logs, metrics, NOW, span, spanId, traceId, traces } from '../otlp-requests.ts';
import { removeFolders, type TestDashboard, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

interface OtlpDocument {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { name: string }[] }[];
  }[];
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly { body: { stringValue: string } }[] }[];
  }[];
  readonly data: object;
  readonly totalCount: number;
  readonly returnedCount: number;
}

const namesIn = ({ resourceSpans = [], resourceLogs = [] }: OtlpDocument) => [
  ...resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
  ),
  ...resourceLogs.flatMap(({ scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ body }) => body.stringValue)),
  ),
];

async function fill({ send }: TestDashboard): Promise<void> {
  await send(
    traces('gateway', [span({ name: 'a', trace: 1 }), span({ name: 'b', trace: 2, id: 2, isError: true })]),
  );
  await send(traces('order', [span({ name: 'c', trace: 1, id: 3, start: NOW + 60_000, durationMs: 500 })]));
  await send(logs('gateway', [log({ message: 'x', trace: 1 }), log({ message: 'y', severity: 17 })]));
  await send(logs('order', [log({ message: 'z_%', time: NOW + 60_000, severity: 13 })]));
}

describe('the spans and logs of the API', () => {
  test.each([
    ['spans', ['a', 'b', 'c']],
    ['spans?service=order', ['c']],
    ['spans?resource=order', ['c']],
    [`spans?traceId=${traceId(1)}`, ['a', 'c']],
    [`spans?traceId=${traceId(2).toUpperCase()}`, ['b']],
    ['spans?from=2026-03-01T12:00:01Z', ['c']],
    [`spans?to=${NOW + 1_000}`, ['a', 'b']],
    [`spans?to=${NOW + 1_000}000000`, ['a', 'b']],
    ['spans?hasError=true', ['b']],
    ['spans?error=false', ['a', 'c']],
    ['spans?minMs=100', ['c']],
    ['spans?limit=2', ['b', 'c']],
    ['spans?limit=2.9', ['b', 'c']],
    ['spans?service=none', []],
    ['logs', ['x', 'y', 'z_%']],
    ['logs?severity=warning', ['y', 'z_%']],
    ['logs?level=error', ['y']],
    [`logs?traceId=${traceId(1)}`, ['x']],
    ['logs?text=Z_%25', ['z_%']],
    ['logs?text=%25', ['z_%']],
    [`logs?from=${NOW + 1}`, ['z_%']],
    [`traces/${traceId(2)}`, ['b']],
    ['traces?service=order', ['a', 'c']],
  ])('at %s are those that match', async (path, names) => {
    await withDashboard(async (dashboard) => {
      await fill(dashboard);
      const document = await dashboard.get<OtlpDocument>(`/api/telemetry/${path}`);
      expect(namesIn(document).sort()).toEqual(names);
      const { data, totalCount: _, returnedCount: __, ...otlp } = document;
      expect(data).toEqual(otlp);
    });
  });

  test('are the records as they were sent, so that a collector can receive them', async () => {
    await withDashboard(async ({ send, get }) => {
      const sent = traces('order', [{ ...span({ attributes: { a: 1 } }), traceState: 'x=1', flags: 257 }]);
      await send(sent);
      const { resourceSpans } = await get<OtlpDocument>('/api/telemetry/spans');
      expect({ resourceSpans }).toMatchObject(sent);
    });
  });

  test('have the number of all that match, and of those in the response', async () => {
    await withDashboard(async (dashboard) => {
      await fill(dashboard);
      const { get } = dashboard;
      expect(await get('/api/telemetry/spans?limit=2')).toMatchObject({ totalCount: 3, returnedCount: 2 });
      expect(await get('/api/telemetry/logs?service=order')).toMatchObject({
        totalCount: 1,
        returnedCount: 1,
      });
      expect(await get('/api/telemetry/traces')).toMatchObject({ totalCount: 2, returnedCount: 2 });
    });
  });
});

test('resources are the processes that sent telemetry', async () => {
  await withDashboard(async ({ send, get }) => {
    await send(traces('order', [span()], 'host/1'));
    await send(logs('order', [log()], 'host/2'));
    await send(metrics('order', [gauge('queue', [{ value: 1 }])], 'host/2'));
    expect(await get('/api/telemetry/resources')).toMatchObject({
      resources: [{ attributes: expect.any(Array) }, { attributes: expect.any(Array) }],
      data: [
        { name: 'order', instanceId: 'host/1', hasTraces: true, hasLogs: false },
        { name: 'order', instanceId: 'host/2', hasTraces: false, hasLogs: true, hasMetrics: true },
      ],
      totalCount: 2,
    });
  });
});

test('a trace of 10,000 spans is complete, and further traces do not exceed that number', async () => {
  await withDashboard(async ({ send, get }) => {
    const spans = (trace: number) => Array.from({ length: 6_000 }, (_, at) => span({ trace, id: at + 1 }));
    await send(traces('order', spans(1)));
    await send(traces('order', spans(2)));
    expect(namesIn(await get(`/api/telemetry/traces/${traceId(1)}`))).toHaveLength(6_000);
    expect(namesIn(await get('/api/telemetry/traces'))).toHaveLength(10_000);
  });
});

test.each([
  ['spans?traceId=xyz', 400, "traceId 'xyz' must be 32 hexadecimal digits"],
  ['spans?limit=0', 400, "limit '0' must be a number from 1 to 10000"],
  ['spans?limit=x', 400, "limit 'x' must be a number"],
  ['spans?from=yesterday', 400, "from 'yesterday' must be a time such as"],
  ['spans?hasError=maybe', 400, "error 'maybe' must be true or false"],
  ['logs?level=loud', 400, "level 'loud' must be debug, info, warn or error"],
  ['spans?follow=1', 400, "follow '1' must be true or false"],
  [`traces/${spanId(1)}`, 400, 'must be 32 hexadecimal digits'],
  [`traces/${traceId(9)}`, 404, `trace ${traceId(9)} is not in the store`],
  ['events', 404, '/api/telemetry/events does not exist; use resources, spans, logs or traces'],
])('the request of %s is refused with the reason', async (path, status, detail) => {
  await withDashboard(async ({ fetch }) => {
    const response = await fetch(`/api/telemetry/${path}`);
    expect(await response.json()).toMatchObject({ status, detail: expect.stringContaining(detail) });
  });
});
