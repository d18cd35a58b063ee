import { describe, expect, test } from '@jest/globals';
import { timeTicks } from '../../../../../mesh/run/dashboard/browser/traces/time-ticks.ts';
import { parentRow, traceRows } from '../../../../../mesh/run/dashboard/browser/traces/trace-rows.ts';
import { sampleSpan } from './sample-views.ts';

const retry = (atMs: number) => ({
  name: 'weft.call.retried',
  atMs,
  attributes: {},
  decision: { kind: 'retried', field: 'retries.on', detail: 'reset', attempt: 1, endpoint: null },
});
const SPANS = [
  sampleSpan('root', 0),
  sampleSpan('call', 1, {
    events: [retry(9), { name: 'message', atMs: 1, attributes: {}, decision: null }, retry(3)],
  }),
  sampleSpan('attempt', 2),
  sampleSpan('other', 1),
  sampleSpan('orphan', 0),
];
const keysOf = (collapsed: readonly string[]) => traceRows(SPANS, new Set(collapsed)).map(({ key }) => key);

describe('the rows of a trace', () => {
  test('have the decisions about a call below its span, in the order of time', () => {
    const rows = traceRows(SPANS, new Set());
    expect(rows.map(({ key }) => key)).toEqual([
      'root',
      'call',
      'call/0',
      'call/1',
      'attempt',
      'other',
      'orphan',
    ]);
    expect(rows.flatMap((row) => (row.kind === 'decision' ? [row.event.atMs] : []))).toEqual([3, 9]);
  });

  test('leave out what is below a collapsed span', () => {
    expect(keysOf(['call'])).toEqual(['root', 'call', 'other', 'orphan']);
    expect(keysOf(['root'])).toEqual(['root', 'orphan']);
    expect(keysOf(['root', 'call'])).toEqual(['root', 'orphan']);
  });

  test('count the spans below each span', () => {
    const rows = traceRows(SPANS, new Set());
    const counts = rows.flatMap((row) => (row.kind === 'span' ? [[row.key, row.descendants]] : []));
    expect(counts).toEqual([
      ['root', 3],
      ['call', 1],
      ['attempt', 0],
      ['other', 0],
      ['orphan', 0],
    ]);
  });

  test('lead from a row to the row of its parent', () => {
    const rows = traceRows(SPANS, new Set());
    expect([0, 1, 2, 3, 4, 5, 6].map((index) => parentRow(rows, index))).toEqual([0, 0, 1, 1, 1, 0, 6]);
  });
});

test('a trace of 10,000 spans has its rows in linear time', () => {
  const spans = Array.from({ length: 10_000 }, (_, index) => sampleSpan(String(index), index % 40));
  const start = performance.now();
  expect(traceRows(spans, new Set())).toHaveLength(10_000);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('ticks of the time axis are round numbers', () => {
  expect(timeTicks(312, 5)).toEqual([0, 100, 200, 300]);
  expect(timeTicks(0.9, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
  expect(timeTicks(60_000, 5)).toEqual([0, 20_000, 40_000]);
  expect(timeTicks(0, 5)).toEqual([0]);
});
