import { afterAll, expect, test } from '@jest/globals';
import { removeFolders, TOKEN, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

test('a token in the address becomes a cookie, and the address loses it', async () => {
  await withDashboard(async ({ url }) => {
    const response = await fetch(`${url}/?token=${TOKEN}`, { redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict;/);
    const info = await fetch(`${url}/api/info`, { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(info.status).toBe(200);
  });
});

test.each([
  ['missing', '/'],
  ['wrong', '/?token=guess'],
])('a browser whose token is %s sees how to get it', async (problem, path) => {
  await withDashboard(async ({ url }) => {
    const response = await fetch(url + path, { redirect: 'manual' });
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    const html = await response.text();
    expect(html).toContain(`<h1>The token is ${problem}</h1>`);
    expect(html).toContain('Open the address that <code>npm start</code> printed');
  });
});

test('the page and its script are served with the token', async () => {
  await withDashboard(async ({ fetch }) => {
    const page = await fetch('/');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
    expect(await page.text()).toContain('/app.js');
    const script = await fetch('/app.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('content-encoding')).toBe('gzip');
  });
});
