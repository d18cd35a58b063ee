import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, describe, expect, test } from '@jest/globals';
import { removeFolders, TOKEN, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

/** Sends a request with headers that `fetch` does not allow. */
async function statusOf(
  url: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<number> {
  const client = request(url, { headers, method }).end();
  const [response] = await once(client, 'response');
  response.resume();
  return response.statusCode;
}

describe('a request of the API', () => {
  test.each(['/api/info', '/api/telemetry/spans', '/api/live', '/api/export', '/app.js'])(
    'to %s needs the token',
    async (path) => {
      await withDashboard(async ({ url }) => {
        const missing = await fetch(url + path);
        expect([missing.status, (await missing.json()) as unknown]).toEqual([
          401,
          expect.objectContaining({
            detail:
              'the token is missing: send it in the header x-api-key, or open the address that npm start printed',
          }),
        ]);
        const wrong = await fetch(url + path, { headers: { 'x-api-key': 'guess' } });
        expect([wrong.status, (await wrong.json()) as unknown]).toEqual([
          401,
          expect.objectContaining({ detail: expect.stringMatching(/^the token is wrong: /) }),
        ]);
      });
    },
  );

  test('may have the token in its cookie', async () => {
    await withDashboard(async ({ url }) => {
      const { port } = new URL(url);
      const withCookie = (cookie: string) => statusOf(`${url}/api/info`, { cookie });
      expect(await withCookie(`other=1; weft-dashboard-${port}=${TOKEN}`)).toBe(200);
      expect(await withCookie(`weft-dashboard-${port}=%E0%A4%A`)).toBe(401);
      expect(await withCookie(`weft-dashboard-1=${TOKEN}`)).toBe(401);
    });
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('is not served with the method %s', async (method) => {
    await withDashboard(async ({ fetch }) => {
      expect((await fetch('/api/info', { method })).status).toBe(405);
      expect((await fetch('/', { method })).status).toBe(405);
    });
  });

  test.each(['/api/info', '/api/live', '/api/telemetry/logs?follow=true', '/api/export'])(
    'to %s is served with the method HEAD without a body',
    async (path) => {
      await withDashboard(async ({ fetch }) => {
        const response = await fetch(path, { method: 'HEAD' });
        expect([response.status, await response.text()]).toEqual([200, '']);
      });
    },
  );

  test.each(['/v1/traces', '/api/import', '/api/processes/order/stop'])(
    'to %s is not served with the method GET',
    async (path) => {
      await withDashboard(async ({ fetch }) => {
        const response = await fetch(path);
        expect(await response.json()).toMatchObject({
          status: 405,
          detail: 'GET is not supported here; use POST',
        });
      });
    },
  );

  test.each([
    ['/api/none', 404],
    ['/none', 404],
    ['/api/telemetry/none', 404],
    ['/api/processes/%E0%A4%A/stop', 400],
    ['//[', 400],
  ])('to %s has the status %i', async (path, status) => {
    await withDashboard(async ({ url, problems }) => {
      const { port } = new URL(url);
      const method = path.includes('processes') ? 'POST' : 'GET';
      const client = request({ port, path, method, headers: { 'x-api-key': TOKEN } }).end();
      const [response] = await once(client, 'response');
      response.resume();
      expect(response.statusCode).toBe(status);
      expect(problems).toEqual([]);
    });
  });
});

describe('a request is refused', () => {
  test.each(['evil.example', 'evil.example:80', '10.0.0.1', 'localhost.evil.example'])(
    "for the host '%s', to which a page can rebind its name",
    async (host) => {
      await withDashboard(async ({ url }) => {
        for (const path of ['/', '/api/info'])
          expect(await statusOf(url + path, { host, 'x-api-key': TOKEN })).toBe(403);
        expect(await statusOf(`${url}/v1/traces`, { host }, 'POST')).toBe(403);
      });
    },
  );

  test('of a page of another origin, also if the browser sends the cookie', async () => {
    await withDashboard(async ({ url }) => {
      const cookie = `weft-dashboard-${new URL(url).port}=${TOKEN}`;
      for (const origin of [
        'http://evil.example',
        'null',
        'http://127.0.0.1:1',
        url.replace('http:', 'https:'),
      ])
        expect(await statusOf(`${url}/api/processes/order/stop`, { cookie, origin }, 'POST')).toBe(403);
      expect(await statusOf(`${url}/api/info`, { cookie, origin: url })).toBe(200);
    });
  });
});

test.each(['localhost', '[::1]', '127.0.0.1'])('the host %s is this machine', async (host) => {
  await withDashboard(async ({ url }) => {
    const { port } = new URL(url);
    expect(await statusOf(`${url}/api/info`, { host: `${host}:${port}`, 'x-api-key': TOKEN })).toBe(200);
  });
});
