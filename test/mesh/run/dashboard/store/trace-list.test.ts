import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseFilter } from '../../../../../mesh/run/dashboard/store/telemetry-filter.ts';
import { findTraces } from '../../../../../mesh/run/dashboard/store/trace-list.ts';
import { NOW, span, traceId, traces } from '../otlp-requests.ts';
import { removeFolders } from '../test-dashboard.ts';
import { openStore, type TestStore } from './test-store.ts';

afterAll(removeFolders);

const find = ({ store }: TestStore, query: string) =>
  findTraces(store.database, parseFilter(new URLSearchParams(query)));

describe('the list of traces', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openStore();
    store.add(
      traces('gateway', [
        span({ trace: 1, name: 'GET /a' }),
        span({ trace: 2, name: 'GET /b', durationMs: 200 }),
        span({ trace: 3, name: 'GET /c', start: NOW + 60_000 }),
      ]),
    );
    store.add(
      traces('order "v2".x', [span({ trace: 2, id: 2, parent: 1, name: 'insert_row', isError: true })]),
    );
  });
  afterAll(() => store.store.close());

  test.each([
    ['', [3, 2, 1]],
    ['service=gateway', [3, 2, 1]],
    ['service=order+"v2".x', [2]],
    ["service=o'", []],
    ['error=true', [2]],
    ['error=false', [3, 1]],
    ['text=insert_row', [2]],
    ['text=get+/c', [3]],
    ['text=T_/a', []],
    ['minMs=100', [2]],
    [`from=${NOW + 1_000}`, [3]],
    [`to=${NOW + 1_000}`, [2, 1]],
    [`traceId=${traceId(1)}`, [1]],
    ['limit=1', [3]],
  ])("with the filter '%s' has those that match, latest first", (query, ids) => {
    expect(find(store, query).traces.map((trace) => trace.traceId)).toEqual(ids.map(traceId));
  });

  test('has the root, duration, errors and services of each', () => {
    expect(find(store, `traceId=${traceId(2)}`).traces).toEqual([
      {
        traceId: traceId(2),
        name: 'GET /b',
        service: 'gateway',
        start: NOW,
        durationMs: 200,
        spans: 2,
        errors: 1,
        services: [
          { name: 'gateway', spans: 1 },
          { name: 'order "v2".x', spans: 1 },
        ],
      },
    ]);
  });

  test('continues after each page until its end, also within traces that arrived together', () => {
    const pages: string[][] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page = find(store, `limit=1&before=${next}`);
      pages.push(page.traces.map((trace) => trace.traceId));
      next = page.next;
    }
    expect(pages).toEqual([[traceId(3)], [traceId(2)], [traceId(1)], []]);
  });
});

test.each([
  ['the root arrives last', [2, 1]],
  ['the root arrives first', [1, 2]],
])('a trace has the name of its root if %s', async (_, order) => {
  const store = await openStore();
  const spans = new Map([
    [1, span({ id: 1, name: 'root', start: NOW })],
    // The clock of its process is late.
    [2, span({ id: 2, parent: 1, name: 'child', start: NOW - 5_000 })],
  ]);
  for (const id of order) store.add(traces('gateway', [spans.get(id) ?? {}]));
  expect(find(store, '').traces.map(({ name }) => name)).toEqual(['root']);
  store.store.close();
});

test('a trace without its root has the name of its earliest span', async () => {
  const store = await openStore();
  store.add(traces('a', [span({ id: 2, parent: 1, name: 'later', start: NOW + 5 })]));
  store.add(traces('b', [span({ id: 3, parent: 1, name: 'earliest' })]));
  expect(find(store, '').traces).toMatchObject([{ name: 'earliest', service: 'b' }]);
  store.store.close();
});

test('traces that arrive after a restart are listed before those of earlier processes', async () => {
  const first = await openStore();
  first.add(traces('a', [span({ trace: 1 }), span({ trace: 2 })]));
  first.store.close();
  const second = await openStore({ file: first.file });
  second.add(traces('a', [span({ trace: 3 })]));
  expect(find(second, '').traces.map((trace) => trace.traceId)).toEqual([3, 2, 1].map(traceId));
  second.store.close();
});
