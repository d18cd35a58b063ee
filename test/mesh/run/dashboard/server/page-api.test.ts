import { afterAll, describe, expect, test } from '@jest/globals';
import type { InfoView, LogList, MetricSeriesView } from '../../../../../mesh/run/dashboard/api/views.ts';
import { counter, log, logs, metrics, NOW, traceId } from '../otlp-requests.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

describe('the list of logs', () => {
  test('is newest first, and continues after each page until its end', async () => {
    await withDashboard(async ({ send, get }) => {
      await send(
        logs(
          'order',
          ['a', 'b', 'c'].map((message) => log({ message })),
        ),
      );
      const messages: string[] = [];
      for (let next: string | null = ''; next !== null; ) {
        const page: LogList = await get<LogList>(`/api/logs?limit=2&before=${next}`);
        messages.push(...page.logs.map(({ message }) => message));
        next = page.next;
      }
      expect(messages).toEqual(['c', 'b', 'a']);
    });
  });

  test('has the level, attributes and trace of each record', async () => {
    await withDashboard(async ({ send, get }) => {
      const record = {
        ...log({ severity: 13, trace: 7 }),
        attributes: [{ key: 'n', value: { intValue: '3' } }],
      };
      await send(logs('order', [record], 'host/1'));
      expect((await get<LogList>('/api/logs')).logs).toMatchObject([
        {
          time: NOW,
          service: 'order',
          instance: 'host/1',
          level: 'warn',
          message: 'hello',
          attributes: { n: '3' },
          traceId: traceId(7),
        },
      ]);
    });
  });

  test('has bodies that are no strings as JSON', async () => {
    await withDashboard(async ({ send, get }) => {
      const values = [
        { boolValue: true },
        { kvlistValue: { values: [{ key: 'a', value: { intValue: 1 } }] } },
      ];
      await send(
        logs('order', [
          { ...log(), body: { arrayValue: { values } } },
          { ...log(), body: undefined },
        ]),
      );
      const { logs: list } = await get<LogList>('/api/logs');
      expect(list.map(({ message }) => message)).toEqual(['', '[true,{"a":1}]']);
    });
  });
});

describe('the metrics', () => {
  test('are listed, and each has its series', async () => {
    await withDashboard(async ({ send, get }) => {
      await send(metrics('order', [counter('requests', [{ value: 5, time: NOW + 500, start: NOW }])]));
      expect(await get('/api/metrics')).toMatchObject({
        metrics: [{ name: 'requests', services: ['order'] }],
      });
      const path = `/api/metrics/requests?service=order&from=${NOW}&to=${NOW + 1_000}&points=2`;
      expect(await get<MetricSeriesView>(path)).toMatchObject({
        times: [NOW, NOW + 1_000],
        series: [{ labels: { service: 'order' }, values: [null, 5] }],
      });
    });
  });

  test.each([
    ['none', 404, "metric 'none' does not exist"],
    ['none?points=1', 400, "points '1' must be a number from 2 to 1000"],
    ['none?from=x', 400, "from 'x' must be a time such as"],
  ])('at %s are refused with the reason', async (path, status, detail) => {
    await withDashboard(async ({ fetch }) => {
      const response = await fetch(`/api/metrics/${path}`);
      expect(await response.json()).toMatchObject({ status, detail: expect.stringContaining(detail) });
    });
  });
});

test('the information about the run has the size of its store', async () => {
  await withDashboard(
    async ({ get }) => {
      expect(await get<InfoView>('/api/info')).toMatchObject({
        source: 'npm start',
        isLive: true,
        focusTraceId: null,
        store: { spans: 0, logs: 0, metricPoints: 0, maxSizeMiB: 12, dropped: {} },
      });
    },
    { maxMiB: 12 },
  );
});
