import { afterAll, describe, expect, test } from '@jest/globals';
import { listMetrics, loadSeries } from '../../../../../mesh/run/dashboard/store/metric-series.ts';
import { counter, gauge, histogram, metrics, NOW, span, traceId, traces } from '../otlp-requests.ts';
import { removeFolders } from '../test-dashboard.ts';
import { openStore } from './test-store.ts';

afterAll(removeFolders);

const SECOND = 1_000;

/** Returns the series of a metric at every 10 s of the first minute after `NOW`. */
async function seriesOf(name: string, ...sent: readonly object[]) {
  const { store, add } = await openStore();
  try {
    for (const request of sent) expect(add(request)).toBe(undefined);
    const [from, to] = [NOW * 1_000, (NOW + 60 * SECOND) * 1_000];
    const view = loadSeries(store.database, { name, service: undefined, from, to, points: 7 });
    expect(view.times).toEqual([0, 10, 20, 30, 40, 50, 60].map((seconds) => NOW + seconds * SECOND));
    return view.series;
  } finally {
    store.close();
  }
}

const at = (seconds: number) => NOW + seconds * SECOND;
/** A counter of a process that started at a time, in seconds. */
const count = (seconds: number, value: number, start = 0, instance = '1', service = 'order') =>
  metrics(service, [counter('requests', [{ value, time: at(seconds), start: at(start) }])], instance);
const memory = (seconds: number, value: number, instance = '1') =>
  metrics('order', [gauge('memory', [{ value, time: at(seconds) }])], instance);
const latency = (seconds: number, counts: readonly number[], start = 0, instance = '1') =>
  metrics(
    'order',
    [histogram('latency', [{ bounds: [1, 2, 4], counts, time: at(seconds), start: at(start) }])],
    instance,
  );

describe('a counter', () => {
  test('is its rate per second', async () => {
    expect(await seriesOf('requests', count(5, 10), count(15, 40), count(35, 100))).toEqual([
      { labels: { service: 'order' }, values: [null, 1, 3, 0, 6, 0, 0] },
    ]);
  });

  test('counts from 0 again after a restart of its process', async () => {
    expect(await seriesOf('requests', count(5, 100), count(15, 20))).toMatchObject([
      { values: [null, 10, 2, 0, 0, 0, 0] },
    ]);
  });

  test('of a process that started before the range has no rate from its first point', async () => {
    expect(await seriesOf('requests', count(5, 1_000, -60), count(15, 1_020, -60))).toMatchObject([
      { values: [null, 0, 2, 0, 0, 0, 0] },
    ]);
  });

  test('is added up over the processes of a service, and not over services', async () => {
    const series = await seriesOf(
      'requests',
      count(5, 10, 0, '1'),
      count(15, 20, 10, '2'),
      count(5, 30, 0, '1', 'payment'),
    );
    expect(series).toEqual([
      { labels: { service: 'order' }, values: [null, 1, 2, 0, 0, 0, 0] },
      { labels: { service: 'payment' }, values: [null, 3, 0, 0, 0, 0, 0] },
    ]);
  });
});

describe('a gauge', () => {
  test('has its last value', async () => {
    const values = [0, 10, 20, 30, 40, 50, 60].map((seconds) => memory(seconds, seconds < 30 ? 5 : 7));
    expect(await seriesOf('memory', ...values)).toMatchObject([{ values: [5, 5, 5, 7, 7, 7, 7] }]);
  });

  test('of a process that has ended ends, so that it is not added to that of its successor', async () => {
    const old = [-20, -10, 0].map((seconds) => memory(seconds, 100, 'old'));
    const successor = [20, 30, 40, 50, 60].map((seconds) => memory(seconds, 60, 'new'));
    const [series] = await seriesOf('memory', ...old, ...successor);
    expect(series?.values.slice(4)).toEqual([60, 60, 60]);
  });

  test('with a long interval has no gaps', async () => {
    const values = [-120, -60, 0, 60].map((seconds) => memory(seconds, 5));
    expect(await seriesOf('memory', ...values)).toMatchObject([{ values: [5, 5, 5, 5, 5, 5, 5] }]);
  });
});

describe('a histogram', () => {
  test('has the quantiles and the rate of its values in each step', async () => {
    const [p50, p99, rate] = await seriesOf(
      'latency',
      latency(5, [10, 0, 0, 0]),
      latency(15, [10, 10, 10, 0]),
    );
    expect(p50).toEqual({
      labels: { service: 'order', quantile: 'p50' },
      values: [null, 0.5, 2, null, null, null, null],
    });
    expect(p99?.labels.quantile).toBe('p99');
    expect(p99?.values[2]).toBeCloseTo(3.96);
    expect(rate).toEqual({ labels: { service: 'order', rate: 'values' }, values: [null, 1, 2, 0, 0, 0, 0] });
  });

  test('of a process that started before the range has no values from its first point', async () => {
    const [p50] = await seriesOf(
      'latency',
      latency(5, [500, 0, 0, 0], -60),
      latency(15, [500, 10, 0, 0], -60),
    );
    expect(p50?.values).toEqual([null, null, 1.5, null, null, null, null]);
  });

  test('starts again with its process', async () => {
    const [p50] = await seriesOf('latency', latency(5, [500, 0, 0, 0]), latency(15, [0, 10, 0, 0]));
    expect(p50?.values).toEqual([null, 0.5, 1.5, null, null, null, null]);
  });

  test('has the slowest requests of its range as exemplars', async () => {
    const { store, add } = await openStore();
    const name = 'rpc_server_call_duration_seconds';
    const attributes = { 'rpc.method': 'test.v1.Order/Get' };
    add(metrics('order', [histogram(name, [{ bounds: [1], counts: [1, 0] }])]));
    add(
      traces('order', [
        span({ trace: 1, kind: 2, durationMs: 5, attributes }),
        span({ trace: 2, kind: 2, durationMs: 50, attributes }),
        span({ trace: 3, kind: 2, durationMs: 90 }),
        span({ trace: 4, kind: 3, durationMs: 90, attributes }),
        span({ trace: 5, kind: 2, durationMs: 90, attributes, start: at(-100) }),
      ]),
    );
    const [from, to] = [at(-10) * 1_000, at(10) * 1_000];
    const { exemplars } = loadSeries(store.database, { name, service: 'order', from, to, points: 5 });
    expect(exemplars).toEqual([
      { traceId: traceId(2), value: 0.05, time: NOW + 50 },
      { traceId: traceId(1), value: 0.005, time: NOW + 5 },
    ]);
    store.close();
  });
});

test('at most 20 series are shown, those with the largest values, and the number of the others', async () => {
  const { store, add } = await openStore();
  const points = Array.from({ length: 25 }, (_, value) => ({ value: value + 1, labels: { n: value + 1 } }));
  add(metrics('order', [gauge('sizes', points)]));
  const [from, to] = [at(-1) * 1_000, at(1) * 1_000];
  const { series, omitted } = loadSeries(store.database, {
    name: 'sizes',
    service: undefined,
    from,
    to,
    points: 3,
  });
  expect([series.length, series[0]?.labels.n, omitted]).toEqual([20, '25', 5]);
  store.close();
});

test('the list of metrics has the services of each', async () => {
  const { store, add } = await openStore();
  add(count(0, 1, 0, '1', 'b, c'));
  add(count(0, 1, 0, '1', 'a'));
  expect(listMetrics(store.database)).toEqual([
    { name: 'requests', type: 'counter', unit: '', help: '', services: ['a', 'b, c'] },
  ]);
  store.close();
});

test.each([
  ['none', 0, 1, "metric 'none' does not exist; GET /api/metrics lists those that do"],
  ['requests', 2, 1, 'from must be before to'],
])('series of %s from %i to %i are refused with the reason', async (name, from, to, message) => {
  const { store, add } = await openStore();
  add(count(0, 1));
  expect(() => loadSeries(store.database, { name, service: undefined, from, to, points: 5 })).toThrow(
    message,
  );
  store.close();
});
