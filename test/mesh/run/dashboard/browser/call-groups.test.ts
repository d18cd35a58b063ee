import { describe, expect, test } from '@jest/globals';
import type { CallView } from '../../../../../mesh/run/dashboard/api/views.ts';
import {
  callState,
  groupCalls,
  retryRatio,
} from '../../../../../mesh/run/dashboard/browser/graph/call-groups.ts';
import { edgeDescription, edgeLabel } from '../../../../../mesh/run/dashboard/browser/graph/edge-label.ts';
import { sampleCall, sampleGraph } from './sample-views.ts';

const groupOf = (...calls: readonly CallView[]) => {
  const [group] = groupCalls(sampleGraph(calls));
  if (!group) throw new Error('no group');
  return group;
};
const labelOf = (...calls: readonly CallView[]) =>
  Object.values(edgeLabel(groupOf(...calls))).map((text: string) => text.replaceAll('\u00a0', ' '));

test.each([
  [{}, 'healthy'],
  [{ ratePerSecond: 0 }, 'idle'],
  [{ errorRatio: 0.01 }, 'failing'],
  [{ errorRatio: 0.009 }, 'healthy'],
  [{ marks: ['over-retrying'] }, 'over-retrying'],
  [{ marks: ['over-retrying'], errorRatio: 0.5 }, 'failing'],
  [{ marks: ['unused'], ratePerSecond: 0 }, 'unused'],
  [{ marks: ['undeclared'], errorRatio: 0.5 }, 'undeclared'],
] as readonly (readonly [Partial<CallView>, string])[])('a call with %j is %s', (changes, state) => {
  expect(callState(sampleCall(changes))).toBe(state);
});

describe('calls between the same two services', () => {
  const group = groupOf(
    sampleCall({ id: 'order/a', ratePerSecond: 30, errorRatio: 0, p50Ms: 2, p99Ms: 40 }),
    sampleCall({
      id: 'order/b',
      ratePerSecond: 10,
      errorRatio: 0.2,
      p50Ms: 5,
      p99Ms: 30,
      recentRetries: 240,
    }),
    sampleCall({ id: 'order/c', ratePerSecond: 0, p50Ms: null, p99Ms: null, marks: ['unused'] }),
  );

  test('are one group with the sum of their rates, and errors and retries weighted by requests', () => {
    expect(group).toMatchObject({
      id: 'order->product',
      ratePerSecond: 40,
      errorRatio: 0.05,
      retryRatio: 0.1,
    });
  });

  test('have the maximum of the percentiles, which bounds those of all requests', () => {
    expect(group).toMatchObject({ p50Ms: 5, p99Ms: 40 });
  });

  test('have the worst state of their calls', () => {
    expect(group.state).toBe('failing');
  });
});

test('a call without requests in the window has a retry ratio of 0', () => {
  expect(retryRatio(sampleCall({ ratePerSecond: 0, recentRetries: 3 }), 60)).toBe(0);
  expect(retryRatio(sampleCall({ ratePerSecond: 1, recentRetries: 3 }), 60)).toBe(0.05);
});

test('a label has only the parts that are not zero', () => {
  expect(labelOf(sampleCall())).toEqual(['10/s', 'p50 2 ms · p99 20 ms', '']);
  expect(labelOf(sampleCall({ ratePerSecond: 0, p50Ms: null, p99Ms: null }))).toEqual(['idle', '', '']);
});

test('a label names what needs attention, so that no color stands alone', () => {
  const busy = sampleCall({
    errorRatio: 0.02,
    recentRetries: 204,
    marks: ['over-retrying'],
    ejectedEndpoints: ['a', 'b'],
    breaker: 'open',
  });
  expect(labelOf(busy)).toEqual([
    '10/s · 2 % errors',
    'p50 2 ms · p99 20 ms',
    'retries 34 % · 2 ejected · breaker open',
  ]);
  const unused = sampleCall({ ratePerSecond: 0, p50Ms: null, p99Ms: null, marks: ['unused'] });
  expect(labelOf(unused)).toEqual(['', '', 'unused']);
});

test('the percentiles of several calls are marked as bounds', () => {
  expect(labelOf(sampleCall({ id: 'order/a' }), sampleCall({ id: 'order/b' }))[1]).toBe(
    'p50 ≤ 2 ms · p99 ≤ 20 ms',
  );
});

test('the description of an edge names both services and the state once', () => {
  const group = groupOf(sampleCall({ ratePerSecond: 0, p50Ms: null, p99Ms: null }));
  const text = edgeDescription(group, edgeLabel(group));
  expect(text).toBe('order to product: idle');
});
