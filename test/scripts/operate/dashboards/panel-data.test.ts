import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Panel } from '../../../../mesh/compile/dashboards/panel.ts';
import { readPanelData, seriesName } from '../../../../scripts/operate/dashboards/panel-data.ts';
import { PrometheusApi } from '../../../../scripts/operate/dashboards/prometheus-api.ts';
import { FakePrometheus, matrix, vector } from './fake-prometheus.ts';

const RANGE = { start: 1_000, end: 1_040, step: 10 };
const PANEL: Panel = {
  kind: 'timeseries',
  title: 'Rate',
  description: 'Requests.',
  unit: 'requests/s',
  queries: [{ expr: 'sum by (service) (rate(up[$__rate_interval]))', legend: '{{service}}' }],
};

const fake = new FakePrometheus();
let prometheus: PrometheusApi;
beforeAll(async () => {
  prometheus = new PrometheusApi(`${await fake.start()}/`);
});
beforeEach(() => {
  fake.queries.length = 0;
});
afterAll(() => fake.stop());

test('aligns the values of a series with the steps of the range', async () => {
  fake.answer = () =>
    matrix({ service: 'order' }, [
      [1_010, '2.5'],
      [1_020, 'NaN'],
      [1_040, '+Inf'],
    ]);
  expect(await readPanelData(PANEL, RANGE, prometheus)).toEqual({
    times: [1_000, 1_010, 1_020, 1_030, 1_040],
    series: [{ name: 'order', values: [null, 2.5, null, null, null] }],
    omitted: 0,
    errors: [],
  });
  expect(fake.queries).toEqual([
    {
      path: '/api/v1/query_range',
      fields: { query: 'sum by (service) (rate(up[60s]))', start: '1000', end: '1040', step: '10' },
    },
  ]);
});

test('asks for the current values of a stat, and omits series without one', async () => {
  fake.answer = () => vector([{ service: 'a' }, '3'], [{ service: 'b' }, 'NaN']);
  const data = await readPanelData({ ...PANEL, kind: 'stat' }, { ...RANGE, end: 1_000 }, prometheus);
  expect(data).toEqual({ times: [1_000], series: [{ name: 'a', values: [3] }], omitted: 0, errors: [] });
  expect(fake.queries[0]?.path).toBe('/api/v1/query');
});

test('shows the series of one query and the error of another', async () => {
  fake.answer = ({ fields }) =>
    fields.query === 'bad' ? { status: 'error', error: 'parse error' } : matrix({}, [[1_000, '1']]);
  const queries = [
    { expr: 'bad', legend: 'b' },
    { expr: 'up', legend: 'all' },
  ] as const;
  const { series, errors } = await readPanelData({ ...PANEL, queries }, RANGE, prometheus);
  expect(series.map(({ name }) => name)).toEqual(['all']);
  expect(errors).toEqual([expect.stringMatching(/^Prometheus at http.*: the query failed: parse error$/)]);
});

test('names the problem of a response that is not of Prometheus', async () => {
  fake.answer = () => '<html>';
  const { errors } = await readPanelData(PANEL, RANGE, prometheus);
  expect(errors[0]).toContain("the text is not JSON: it begins with '<html>'");
});

test('shows the 40 series with the largest latest values, and counts the others', async () => {
  const all = Array.from({ length: 50 }, (_, index) => [{ service: `s${index}` }, String(index)] as const);
  fake.answer = () => vector(...all);
  const data = await readPanelData({ ...PANEL, kind: 'table' }, { ...RANGE, end: 1_000 }, prometheus);
  expect(data.series.map(({ name }) => name)).toEqual(all.slice(10).map(([{ service }]) => service));
  expect(data.omitted).toBe(10);
});

test('reports a Prometheus that is not reachable', async () => {
  const { errors } = await readPanelData(PANEL, RANGE, new PrometheusApi('http://127.0.0.1:1'));
  expect(errors[0]).toMatch(/not reachable: .*; pass the URL of a running Prometheus with --prometheus/);
});

test.each([
  ['{{service}} {{slo}}', { service: 'order' }, 'order'],
  ['{{weft_call}} ({{weft_policy_field}})', { weft_call: 'payment' }, 'payment'],
  ['{{rpc_method}}', { rpc_method: 'weft.order.v1.OrderService/GetOrder' }, 'OrderService/GetOrder'],
  ['{{http_route}}', { http_route: '/v1/orders/:id' }, '/v1/orders/:id'],
  ['{{http_route}}', {}, '(no label)'],
  ['p99', { le: '1' }, 'p99'],
])('names a series of %s with %j "%s"', (legend, labels, name) => {
  expect(seriesName(legend, labels as Readonly<Record<string, string>>)).toBe(name);
});
