import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { withLoad } from '../../scripts/operate/load/with-load.ts';
import { runVerb } from './run-verb.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-profile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Records a pod of the gateway for a second while it serves requests. */
async function profileGateway() {
  const urls = [`${await readGatewayAddress()}/v1/products?limit=3`];
  const words = ['gateway', '--env', 'kind', '--seconds', '1', '--out', folder, '--json'];
  const { result } = await withLoad({ urls, rate: 30 }, () => runVerb('profile', ...words));
  return result;
}

test('a pod is recorded twice while it serves requests, without a restart', async () => {
  const targets: string[] = [];
  for (let recording = 0; recording < 2; recording++) {
    const { code, stdout, stderr } = await profileGateway();
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^recording pod gateway-\S+/),
    });
    const { target, cpu, cpuProfile, heapProfile, page } = JSON.parse(stdout);
    targets.push(target);
    expect(cpu.map(({ part }: { readonly part: string }) => part)).toContain('Node.js');
    // A second has few samples of each function, but these call everything that does the work of a request.
    const profile = await readFile(cpuProfile, 'utf8');
    for (const caller of ['/app/node_modules/express/', '/app/services/gateway/'])
      expect(profile).toContain(caller);
    expect(JSON.parse(await readFile(heapProfile, 'utf8'))).toHaveProperty('head');
    expect(await readFile(page, 'utf8')).toContain('<h1>Profile of gateway</h1>');
  }
  expect(new Set(targets).size).toBe(1);
});

test('an unknown service is refused with the names of the others', async () => {
  const { code, stderr } = await runVerb('profile', 'gatewai', '--env', 'kind', '--out', folder);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "the cluster runs no pod of 'gatewai'; use one of gateway, notification, order, payment, product, user",
  );
});
