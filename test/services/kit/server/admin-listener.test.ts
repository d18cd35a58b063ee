import { afterEach, expect, test } from '@jest/globals';
import { adminListener } from '../../../../services/kit/server/admin-listener.ts';
import { HttpServer } from '../../../../services/kit/server/http-server.ts';
import { Readiness } from '../../../../services/kit/server/readiness.ts';
import { Rehearsal } from '../../../../services/kit/server/rehearsal.ts';
import { Metrics } from '../../../../services/kit/telemetry/metrics.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop(0);
});

async function serve(rehearsal?: Rehearsal): Promise<string> {
  const metrics = new Metrics();
  metrics.count('weft_requests_total', { method: '/a/B' });
  const server = new HttpServer(adminListener({ readiness: new Readiness(), metrics, rehearsal }));
  servers.push(server);
  return `http://${await server.listen('127.0.0.1:0')}`;
}

test('shows the counters', async () => {
  const answer = await fetch(`${await serve()}/metrics`);
  expect(answer.headers.get('content-type')).toContain('version=0.0.4');
  expect(await answer.text()).toContain('weft_requests_total{method="/a/B"} 1');
});

test('nobody makes a process misbehave that does not allow it', async () => {
  const answer = await fetch(`${await serve()}/rehearsal`, { method: 'PUT', body: '{"failPercent":100}' });
  expect(answer.status).toBe(404);
});

test('one that allows it misbehaves as it is told, and says what is wrong with what it is told', async () => {
  const rehearsal = new Rehearsal({ failPercent: 0, delayMs: 0 });
  const url = `${await serve(rehearsal)}/rehearsal`;
  expect((await fetch(url, { method: 'PUT', body: '{"failPercent":100}' })).status).toBe(204);
  await expect(rehearsal.meet('k', new AbortController().signal)).rejects.toMatchObject({
    code: 'failed-on-purpose',
  });
  expect(await (await fetch(url)).json()).toEqual({ keys: { k: 1 } });
  const refused = await fetch(url, { method: 'PUT', body: '{"failPercent":101,"slow":1}' });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toMatch(/slow[\s\S]*failPercent|failPercent[\s\S]*slow/);
});
