import { afterEach, expect, test } from '@jest/globals';
import { adminListener } from '../../../../services/kit/server/admin-listener.ts';
import { FaultInjector } from '../../../../services/kit/server/fault-injector.ts';
import { HttpServer } from '../../../../services/kit/server/http-server.ts';
import { Readiness } from '../../../../services/kit/server/readiness.ts';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop(0);
});

async function serve(faultInjector?: FaultInjector): Promise<string> {
  const metrics = new Metrics();
  metrics.count('weft_reconciliation_runs_total', { result: 'done' });
  const server = new HttpServer(adminListener({ readiness: new Readiness(), metrics, faultInjector }));
  servers.push(server);
  return `http://${await server.listen('127.0.0.1:0')}`;
}

test('serves the counters at /metrics', async () => {
  const response = await fetch(`${await serve()}/metrics`);
  expect(response.headers.get('content-type')).toContain('version=0.0.4');
  expect(await response.text()).toContain('weft_reconciliation_runs_total{result="done"} 1');
});

test('serves OpenMetrics to a reader that accepts it', async () => {
  const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
  const response = await fetch(`${await serve()}/metrics`, { headers: { accept } });
  expect(response.headers.get('content-type')).toBe(
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  );
  expect(await response.text()).toMatch(/^weft_reconciliation_runs_total\{result="done"\} 1\n# EOF\n$/m);
});

test('does not serve /faults where fault injection is refused', async () => {
  const response = await fetch(`${await serve()}/faults`, { method: 'PUT', body: '{"failPercent":100}' });
  expect(response.status).toBe(404);
});

test('injects a fault put to /faults, and names the wrong fields of one that it rejects', async () => {
  const faults = new FaultInjector({ failPercent: 0, delayMs: 0 });
  const url = `${await serve(faults)}/faults`;
  expect((await fetch(url, { method: 'PUT', body: '{"failPercent":100}' })).status).toBe(204);
  await expect(faults.apply('k', new AbortController().signal)).rejects.toMatchObject({
    code: 'failed-on-purpose',
  });
  expect(await (await fetch(url)).json()).toEqual({ keys: { k: 1 } });
  const rejected = await fetch(url, { method: 'PUT', body: '{"failPercent":101,"slow":1}' });
  expect(rejected.status).toBe(400);
  expect(await rejected.text()).toMatch(/slow[\s\S]*failPercent|failPercent[\s\S]*slow/);
});
