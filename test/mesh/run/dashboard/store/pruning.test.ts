import { statSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { listLogs } from '../../../../../mesh/run/dashboard/store/log-list.ts';
import { NO_FILTER } from '../../../../../mesh/run/dashboard/store/telemetry-filter.ts';
import { findTraces } from '../../../../../mesh/run/dashboard/store/trace-list.ts';
import { gauge, log, logs, metrics, NOW, span, traceId, traces } from '../otlp-requests.ts';
import { removeFolders } from '../test-dashboard.ts';
import { openStore } from './test-store.ts';

afterAll(removeFolders);

const MIB = 1_048_576;
const times = <T>(count: number, create: (index: number) => T) =>
  Array.from({ length: count }, (_, at) => create(at));
const TEXT = 'x'.repeat(1_000);

describe('a store that is full', () => {
  test('deletes the oldest spans, and its file is never larger than maxMiB', async () => {
    const { store, file, add, problems } = await openStore({ maxMiB: 8 });
    for (let batch = 0; batch < 80; batch++) {
      const problem = add(
        traces(
          'order',
          times(100, (at) => span({ trace: 1 + batch * 100 + at, attributes: { text: TEXT } })),
        ),
      );
      expect(problem).toBe(undefined);
      expect(statSync(file).size).toBeLessThanOrEqual(8 * MIB);
    }
    const { spans, sizeMiB } = store.view();
    expect(spans).toBeGreaterThan(1_000);
    expect(sizeMiB).toBeLessThan(8);
    const remainingIds = findTraces(store.database, { ...NO_FILTER, limit: 10_000 }).traces.map(
      (trace) => trace.traceId,
    );
    expect(remainingIds).toEqual(times(remainingIds.length, (at) => traceId(8_000 - at)));
    expect(problems).toEqual([]);
    store.close();
  });

  test('of log records keeps the traces', async () => {
    const { store, add } = await openStore({ maxMiB: 8 });
    add(
      traces(
        'order',
        times(100, (at) => span({ trace: at + 1 })),
      ),
    );
    for (let batch = 0; batch < 60; batch++)
      add(
        logs(
          'flood',
          times(200, (at) => log({ message: `${batch * 200 + at} ${TEXT}` })),
        ),
      );
    expect(store.view().spans).toBe(100);
    const [newest] = listLogs(store.database, { ...NO_FILTER, limit: 1 }).logs;
    expect(newest?.message).toMatch(/^11999 /);
    expect(store.view().dropped).toEqual({});
    store.close();
  });

  test('of series of processes that have ended deletes those series', async () => {
    const { store, add, problems } = await openStore({ maxMiB: 8 });
    for (let instance = 0; instance < 60; instance++)
      add(
        metrics(
          'order',
          times(500, (at) =>
            gauge(`gauge_${at}_${'x'.repeat(100)}`, [{ value: at, time: NOW + instance * 10_000 }]),
          ),
          String(instance),
        ),
      );
    const { count } = store.database.prepare('SELECT count(*) AS count FROM series').get() as {
      count: number;
    };
    expect(count).toBeLessThan(25_000);
    expect([problems, store.view().dropped]).toEqual([[], {}]);
    store.close();
  });

  test('drops a batch that is larger than the store, says so once, and goes on', async () => {
    const { store, add, problems } = await openStore({ maxMiB: 8 });
    const large = traces(
      'order',
      times(10, (id) => span({ id: id + 1, attributes: { text: 'x'.repeat(MIB) } })),
    );
    expect(add(large)).toBe('the disk or the store is full');
    expect(add(large)).toBe('the disk or the store is full');
    expect(store.view().dropped).toEqual({ 'the disk or the store is full': 20 });
    expect(problems).toEqual(['cannot store spans: the disk or the store is full; dropping them']);
    expect(add(traces('order', [span()]))).toBe(undefined);
    expect(findTraces(store.database, NO_FILTER).traces).toMatchObject([{ spans: 1 }]);
    store.close();
  });
});

test('a store on a full disk drops records and counts them, and stores again once there is space', async () => {
  const { store, add } = await openStore();
  add(traces('order', [span()]));
  const { pages } = store.database.prepare('SELECT page_count AS pages FROM pragma_page_count').get() as {
    pages: number;
  };
  const setLimit = (count: number) => store.database.exec(`PRAGMA max_page_count = ${count}`);
  setLimit(pages);
  const request = traces(
    'order',
    times(100, (at) => span({ trace: 2, id: at + 1, attributes: { text: TEXT } })),
  );
  expect(add(request)).toBe('the disk or the store is full');
  store.saveState('totals', 'x'.repeat(MIB));
  expect(store.view()).toMatchObject({ spans: 1, dropped: { 'the disk or the store is full': 100 } });
  setLimit(1_000_000);
  expect(add(request)).toBe(undefined);
  expect(store.view().spans).toBe(101);
  store.close();
});
