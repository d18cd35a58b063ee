import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { InfoView, TraceList } from '../../../../../mesh/run/dashboard/api/views.ts';
import { propertyRuns } from '../../../../property-runs.ts';
import {
  counter,
  gauge,
  histogram,
  log,
  logs,
  metrics,
  NOW,
  span,
  traceId,
  traces,
} from '../otlp-requests.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';
import { exportAll, importFile, recordsOf } from './test-archive.ts';

afterAll(removeFolders);

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const time = fc.integer({ min: NOW, max: NOW + 86_400_000 });
const labels = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 3 });
const spans = fc.record({
  trace: fc.integer({ min: 1, max: 5 }),
  id: fc.integer({ min: 1, max: 1_000 }),
  name: text,
  kind: fc.integer({ min: 1, max: 5 }),
  start: time,
  attributes: labels,
  isError: fc.boolean(),
});
const records = fc.record({
  message: text,
  time,
  severity: fc.integer({ min: 1, max: 24 }),
  trace: fc.integer({ min: 1, max: 9 }),
});
const points = fc.record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), time, labels });
const service = fc.constantFrom('order', 'payment "x"', 'ö\n', '__proto__');
const request = fc.oneof(
  fc.tuple(service, fc.array(spans)).map(([name, list]) => traces(name, list.map(span))),
  fc.tuple(service, fc.array(records)).map(([name, list]) => logs(name, list.map(log))),
  fc
    .tuple(service, text, fc.array(points))
    .map(([name, metric, list]) => metrics(name, [gauge(metric, list)])),
  fc
    .tuple(service, text, fc.array(points))
    .map(([name, metric, list]) => metrics(name, [counter(`${metric}_total`, list)])),
);

test('an export that is imported and exported again is the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 5 }), async (requests) => {
      const first = await withDashboard(async (dashboard) => {
        for (const one of requests) expect((await dashboard.send(one)).status).toBe(200);
        return exportAll(dashboard);
      });
      await withDashboard(async (dashboard) => {
        expect(await importFile(dashboard, new Uint8Array(first))).not.toHaveProperty('detail');
        expect(recordsOf(await exportAll(dashboard))).toEqual(recordsOf(first));
      });
    }),
    { numRuns: propertyRuns(30) },
  );
});

const REQUESTS = [
  traces(
    'order',
    Array.from({ length: 450 }, (_, at) => span({ trace: at + 1 })),
  ),
  logs('order', [log({ trace: 1 }), log({ message: 'twice' }), log({ message: 'twice' })]),
  metrics('order', [
    histogram('seconds', [{ bounds: [1], counts: [3, 4] }]),
    counter('requests', [{ value: 1 }]),
  ]),
];
const COUNTS = { spans: 450, logs: 3, metricPoints: 2, focusTraceId: null };
const NONE = { spans: 0, logs: 0, metricPoints: 0, focusTraceId: null };

describe('an imported file', () => {
  test('adds its records once, also if it is imported twice', async () => {
    const file = await withDashboard(async (dashboard) => {
      for (const one of REQUESTS) await dashboard.send(one);
      return new Uint8Array(await exportAll(dashboard));
    });
    await withDashboard(async (dashboard) => {
      expect(await importFile(dashboard, file)).toEqual(COUNTS);
      expect(await importFile(dashboard, file)).toEqual(NONE);
      expect((await dashboard.get<InfoView>('/api/info')).store).toMatchObject({
        spans: 450,
        logs: 3,
        metricPoints: 2,
      });
    });
  });

  test('adds nothing to the run that exported it', async () => {
    await withDashboard(async (dashboard) => {
      for (const one of REQUESTS) await dashboard.send(one);
      expect(await importFile(dashboard, new Uint8Array(await exportAll(dashboard)))).toEqual(NONE);
    });
  });

  test('lists its traces in the order of their arrival', async () => {
    const file = await withDashboard(async (dashboard) => {
      for (const one of REQUESTS) await dashboard.send(one);
      return new Uint8Array(await exportAll(dashboard));
    });
    await withDashboard(async (dashboard) => {
      await importFile(dashboard, file);
      const { traces: list } = await dashboard.get<TraceList>('/api/traces?limit=450');
      expect(list.map((trace) => trace.traceId)).toEqual(
        Array.from({ length: 450 }, (_, at) => traceId(450 - at)),
      );
    });
  });
});

describe('the export of a trace', () => {
  test('has its spans and logs, and names it as the focus', async () => {
    const file = await withDashboard(async (dashboard) => {
      for (const one of REQUESTS) await dashboard.send(one);
      return new Uint8Array(await exportAll(dashboard, `?traceId=${traceId(1)}`));
    });
    await withDashboard(async (dashboard) => {
      const counts = { spans: 1, logs: 1, metricPoints: 0, focusTraceId: traceId(1) };
      expect(await importFile(dashboard, file)).toEqual(counts);
    });
  });

  test('that is not in the store is refused', async () => {
    await withDashboard(async (dashboard) => {
      await expect(exportAll(dashboard, `?traceId=${traceId(1)}`)).rejects.toThrow(
        `trace ${traceId(1)} is not in the store`,
      );
    });
  });
});
