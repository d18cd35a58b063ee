import { afterAll, expect, test } from '@jest/globals';
import { counter, gauge, metrics, NOW } from '../otlp-requests.ts';
import { removeFolders } from '../test-dashboard.ts';
import { openStore, type TestStore } from './test-store.ts';

afterAll(removeFolders);

const SECOND = 1_000;
const send = ({ add }: TestStore, create: typeof counter, seconds: number, value: number) =>
  add(metrics('order', [create('name', [{ value, time: NOW + seconds * SECOND }])]));

test.each([
  ['an unchanged counter', counter, [1, 1, 1], [0, 60, 120], 1],
  ['an unchanged gauge', gauge, [1, 1, 1], [0, 5, 10], 2],
  ['a counter that changes every second', counter, [1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5], 2],
  ['a point that is older than the last', counter, [5, 1], [0, -60], 1],
  ['the same point twice', counter, [5, 5], [0, 0], 1],
])('%s is stored as few points as its chart needs', async (_, create, values, times, stored) => {
  const store = await openStore();
  for (const [at, value] of values.entries()) send(store, create, times[at] ?? 0, value);
  expect(store.store.view().metricPoints).toBe(stored);
  expect(store.store.addedPoints).toBe(stored);
  store.store.close();
});

test('a point that was stored is not stored again after a restart of the dashboard', async () => {
  const first = await openStore();
  send(first, counter, 0, 5);
  first.store.close();
  const second = await openStore({ file: first.file });
  send(second, counter, 0, 5);
  send(second, counter, 10, 7);
  expect(second.store.view().metricPoints).toBe(2);
  second.store.close();
});
