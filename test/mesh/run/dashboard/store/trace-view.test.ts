import { afterAll, describe, expect, test } from '@jest/globals';
import type { TraceView } from '../../../../../mesh/run/dashboard/api/views.ts';
import { decision, log, logs, NOW, span, spanId, traceId, traces } from '../otlp-requests.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

/** Returns the view of trace 1 after requests were received. */
function viewOf(...requests: object[]): Promise<TraceView> {
  return withDashboard(async ({ send, get }) => {
    for (const request of requests) await send(request);
    return get<TraceView>(`/api/traces/${traceId(1)}`);
  });
}

const HOUR = 3_600_000;

describe('the spans of a trace', () => {
  test('are ordered depth first, siblings by start, whatever the order of their arrival', async () => {
    const { spans } = await viewOf(
      traces('order', [
        span({ id: 4, parent: 2, start: NOW + 3 }),
        span({ id: 3, parent: 1, start: NOW + 5 }),
        span({ id: 2, parent: 1, start: NOW + 2 }),
        span({ id: 5, parent: 99, start: NOW + 1 }),
        span({ id: 1 }),
      ]),
    );
    expect(spans.map((one) => [Number.parseInt(one.spanId, 16), one.depth, one.startMs])).toEqual([
      [1, 0, 0],
      [2, 1, 2],
      [4, 2, 3],
      [3, 1, 5],
      [5, 0, 1],
    ]);
  });

  test('that form a cycle are all shown', async () => {
    const { spans } = await viewOf(
      traces('order', [
        span({ id: 1, parent: 3 }),
        span({ id: 2, parent: 1 }),
        span({ id: 3, parent: 2 }),
        span({ id: 4, parent: 4 }),
      ]),
    );
    expect(spans.map((one) => one.spanId).sort()).toEqual([1, 2, 3, 4].map(spanId));
  });

  test.each([
    ['in a chain', (id: number) => id - 1, 9_999],
    ['below one span', () => 1, 1],
  ])('may be 10,000 %s, in different processes', async (_, parentOf, maxDepth) => {
    const all = (remainder: number) =>
      Array.from({ length: 5_000 }, (_, at) => 2 * at + 1 + remainder).map((id) =>
        span({ id, ...(id > 1 && { parent: parentOf(id) }), start: NOW + id / 1_000 - remainder * HOUR }),
      );
    const { spans, omitted } = await viewOf(traces('a', all(0)), traces('b', all(1)));
    expect([spans.length, omitted]).toEqual([10_000, 0]);
    expect(spans.reduce((max, { depth }) => Math.max(max, depth), 0)).toBe(maxDepth);
  });
});

describe('a clock that differs by hours', () => {
  test.each([-5 * HOUR, 5 * HOUR])(
    'is corrected, so that a served call is centered in its call: %i ms',
    async (shift) => {
      const { spans, clockShifts } = await viewOf(
        traces('gateway', [span({ id: 1, kind: 3, durationMs: 100 })]),
        traces('order', [
          span({
            id: 2,
            parent: 1,
            kind: 2,
            start: NOW + 30 + shift,
            durationMs: 40,
            events: [decision('x', {}, NOW + 40 + shift)],
          }),
          span({ id: 3, parent: 2, start: NOW + 35 + shift, durationMs: 10 }),
        ]),
      );
      expect(spans.map(({ startMs, durationMs }) => [startMs, durationMs])).toEqual([
        [0, 100],
        [30, 40],
        [35, 10],
      ]);
      expect(spans[1]?.events.map(({ atMs }) => atMs)).toEqual([40]);
      expect(clockShifts).toEqual([{ service: 'order', shiftMs: -shift }]);
    },
  );

  test('is corrected from the root on, although its spans arrive last', async () => {
    const { spans, clockShifts } = await viewOf(
      traces('payment', [span({ id: 3, parent: 2, kind: 2, start: NOW + 3 * HOUR, durationMs: 60 })]),
      traces('order', [span({ id: 2, parent: 1, kind: 2, start: NOW - 2 * HOUR, durationMs: 80 })]),
      traces('gateway', [span({ id: 1, kind: 3, durationMs: 100 })]),
    );
    expect(spans.map(({ startMs }) => startMs)).toEqual([0, 10, 20]);
    expect(clockShifts).toEqual([
      { service: 'order', shiftMs: 2 * HOUR + 10 },
      { service: 'payment', shiftMs: -3 * HOUR + 20 },
    ]);
  });

  test('of a few milliseconds is not corrected', async () => {
    const { clockShifts } = await viewOf(
      traces('gateway', [span({ id: 1, kind: 3 })]),
      traces('order', [span({ id: 2, parent: 1, kind: 2, start: NOW - 4 })]),
    );
    expect(clockShifts).toEqual([]);
  });

  test('is not assumed for a consumer that received an event later', async () => {
    const { clockShifts } = await viewOf(
      traces('order', [span({ id: 1, kind: 4 })]),
      traces('email', [span({ id: 2, parent: 1, kind: 5, start: NOW + HOUR })]),
    );
    expect(clockShifts).toEqual([]);
  });
});

test('a span has its status, attributes, links, declared call and the decisions of the in-app layer', async () => {
  const values = {
    'weft.policy.field': 'retries.on',
    'weft.detail': 'UNAVAILABLE',
    'weft.attempt': 2,
    'weft.endpoint': '127.0.0.1:1',
  };
  const client = {
    ...span({
      kind: 3,
      isError: true,
      attributes: {
        'rpc.method': 'test.v1.Payment/Pay',
        'weft.callee': 'payment',
        'weft.call': 'payments',
        n: 5,
      },
      events: [decision('retried', values, NOW + 3), { name: 'without time' }],
    }),
    links: [{ traceId: traceId(9), spanId: spanId(8) }],
  };
  const other = span({ id: 2, parent: 1, kind: 3, attributes: { 'rpc.method': 'other/Call' } });
  const { spans } = await viewOf(traces('order', [client, other]));
  expect(spans).toMatchObject([
    {
      callId: 'order/payments',
      kind: 'client',
      isError: true,
      statusMessage: 'failed',
      attributes: { n: '5' },
      links: [{ traceId: traceId(9), spanId: spanId(8) }],
      events: [
        {
          atMs: 3,
          decision: {
            kind: 'retried',
            field: 'retries.on',
            detail: 'UNAVAILABLE',
            attempt: 2,
            endpoint: '127.0.0.1:1',
          },
        },
        { atMs: 0, decision: null },
      ],
    },
    { callId: null, parentId: spanId(1) },
  ]);
});

test('the logs of a trace are ordered by time', async () => {
  const { logs: list } = await viewOf(
    traces('order', [span()]),
    logs('order', [
      log({ message: 'second', time: NOW + 2, trace: 1, severity: 17 }),
      log({ message: 'first', time: NOW + 1, trace: 1 }),
      log({ message: 'other', trace: 2 }),
    ]),
  );
  expect(list).toMatchObject([
    { message: 'first', level: 'info', time: NOW + 1, traceId: traceId(1), spanId: spanId(1) },
    { message: 'second', level: 'error' },
  ]);
});
