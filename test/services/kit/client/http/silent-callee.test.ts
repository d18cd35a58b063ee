import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { Link } from '../../../../../scripts/lab/chaos/local/link.ts';
import { parseAddress } from '../../../../../services/kit/config/address.ts';
import { answer, httpWorld } from './http-world.ts';

const CONNECTIONS = 4;

const world = httpWorld();
const links: Link[] = [];
afterEach(async () => {
  await world.close();
  for (const link of links.splice(0)) link.close();
});

test('a request without a response replaces all connections of its endpoint', async () => {
  const waiting: ServerResponse[] = [];
  const callee = await world.serve((request, response) => {
    if (waiting.push(response) < CONNECTIONS) return;
    for (const one of waiting.splice(0)) answer(request, one);
    callee.behave = answer;
  });
  const link = await Link.open(`${callee.endpoint.host}:${callee.endpoint.port}`);
  links.push(link);
  const { get, client } = world.open([parseAddress(link.address)], { timeout: '20s' });
  await Promise.all(Array.from({ length: CONNECTIONS }, () => get()));
  // undici counts a connection as free one turn after its response.
  await setImmediate();
  link.silence();
  const silent = client.request({ method: 'GET', path: '/a' }, { timeoutMs: 300 });
  await expect(silent).rejects.toMatchObject({ code: 'deadline-exceeded' });
  expect(await get()).toMatchObject({ status: 200 });
});
