import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { dashboards as compileDashboards } from '../../../../mesh/compile/dashboards/dashboards.ts';
import {
  type DashboardServer,
  serveDashboards,
} from '../../../../scripts/operate/dashboards/dashboard-server.ts';
import { dashboardPage } from '../../../../scripts/operate/dashboards/page/dashboard-page.ts';
import { PrometheusApi } from '../../../../scripts/operate/dashboards/prometheus-api.ts';
import { smallPlatform } from '../../../mesh/compile/small-platform.ts';
import { FakePrometheus } from './fake-prometheus.ts';

const fake = new FakePrometheus();
const dashboards = compileDashboards(smallPlatform().platform);
let server: DashboardServer;

beforeAll(async () => {
  const prometheus = new PrometheusApi(await fake.start());
  const page = await dashboardPage({ dashboards, provenance: ['environment <test>'] });
  server = await serveDashboards({ dashboards, page, prometheus, port: 0 });
});
beforeEach(() => {
  fake.queries.length = 0;
});
afterAll(async () => {
  await server.close();
  fake.stop();
});

const read = async (path: string, init?: RequestInit) => {
  const response = await fetch(new URL(path, server.url), init);
  return { status: response.status, headers: response.headers, text: await response.text() };
};

test('serves a page that loads nothing from other hosts, and whose script alone may run', async () => {
  const { status, headers, text } = await read('/');
  expect(status).toBe(200);
  expect(text).not.toMatch(/<(?:script|link|img)[^>]*(?:src|href)="(?:https?:)?\/\//);
  expect(text).toContain('environment &lt;test&gt;');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy.match(/'sha256-/g)).toHaveLength(1);
  for (const { id, title } of dashboards)
    expect(text).toContain(`data-dashboard="${id}" href="#${id}">${title}`);
});

test('runs the queries of a panel with the durations of the range', async () => {
  const { status, text } = await read('/api/panels/service-stock/2-1?start=1000&end=1600&points=100');
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ errors: [], series: [expect.anything()] });
  expect(fake.queries.map(({ fields }) => fields.query)).toEqual([
    expect.stringContaining('service="stock"}[60s]'),
  ]);
});

test.each([
  ['an unknown panel', '/api/panels/service-stock/99-1?start=1000&end=1600&points=100', 404],
  ['a query of the client', '/api/v1/query?query=up', 404],
  ['a query in place of a panel', '/api/panels/up?start=1000&end=1600&points=100', 404],
  ['an invalid range', '/api/panels/service-stock/2-1?start=1600&end=1000&points=100', 400],
])('refuses %s without asking Prometheus', async (_, path, status) => {
  expect((await read(path)).status).toBe(status);
  expect(fake.queries).toEqual([]);
});

test('refuses methods other than GET', async () => {
  expect((await read('/', { method: 'POST' })).status).toBe(405);
});

test('refuses a request for another host, which a page could send by rebinding its name', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(server.url, { headers: { host: 'attacker.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

test('reports a port that is in use', async () => {
  const port = Number(new URL(server.url).port);
  const page = { html: '', headers: {} };
  const attempt = serveDashboards({
    dashboards,
    page,
    prometheus: new PrometheusApi('http://127.0.0.1:1'),
    port,
  });
  await expect(attempt).rejects.toThrow(`port ${port}`);
});
