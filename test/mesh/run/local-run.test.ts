import { spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Endpoints } from '../../../mesh/run/endpoints.ts';
import { withLocalRun } from '../../../mesh/run/local-run.ts';
import { eventually } from '../../until.ts';
import { fixture, removeFixtures } from './fixture.ts';
import { fetchSelf, GATEWAY, run } from './gateway-run.ts';

afterAll(removeFixtures);

describe('a process receives', () => {
  test('the requested port if it is the first with an edge, and another port otherwise', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const { options } = await fixture([
      { ...GATEWAY, replicas: 2 },
      { name: 'web', hasEdge: true },
    ]);
    await withLocalRun(
      { ...options, edgePort: port },
      () => {},
      async ({ edgeUrl, edgeUrls }) => {
        expect(edgeUrl).toBe(`http://127.0.0.1:${port}`);
        expect([...edgeUrls.keys()]).toEqual(['gateway', 'web']);
        expect(edgeUrls.get('gateway')).toBe(edgeUrl);
        const web = edgeUrls.get('web') ?? '';
        expect(web).not.toBe(edgeUrl);
        expect((await fetchSelf(web)).environment.WEFT_SERVICE).toBe('web');
      },
    );
  });

  test('the environment, volumes and addresses of its container', async () => {
    const shop = await fixture([
      { ...GATEWAY, calls: ['order'] },
      { name: 'order', replicas: 2 },
      { name: 'product', version: 'v2' },
    ]);
    await run(shop, async ({ edgeUrl, pods }) => {
      const { environment } = await fetchSelf(edgeUrl);
      const file = async (path: string) =>
        (await fetchSelf(edgeUrl, `/?file=${encodeURIComponent(path)}`)).file;
      expect(environment.WEFT_HTTP_LISTEN).toBe(new URL(edgeUrl).host);
      expect(JSON.parse(await file(environment.WEFT_CONFIG ?? ''))).toEqual({
        calls: { order: { callee: 'order' } },
      });
      expect(await file(`${environment.WEFT_SECRETS}/admin-password`)).toBe('preset');
      const key = createPrivateKey(await file(`${environment.WEFT_SECRETS}/token-key.pem`));
      expect(key.asymmetricKeyType).toBe('ed25519');
      const orders = pods.filter((pod) => pod.container.name === 'order');
      expect(JSON.parse(await file(environment.WEFT_DISCOVERY ?? ''))).toMatchObject({
        'order.shop.svc.cluster.local:9090': orders.map((pod) => `127.0.0.1:${pod.ports.get(9090)}`),
        'product.shop.svc.cluster.local:9090': [
          { address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), version: 'v2' },
        ],
      });
      expect(orders.map((pod) => pod.name)).toEqual(['order', 'order-2']);
    });
  });

  test('no other variables of the parent process', async () => {
    process.env.SOMETHING_SECRET = 'x';
    await run(await fixture([GATEWAY]), async ({ edgeUrl }) => {
      expect((await fetchSelf(edgeUrl)).environment.SOMETHING_SECRET).toBeUndefined();
    });
  });
});

describe('the caller may override', () => {
  test('the settings of a service', async () => {
    const { options } = await fixture([GATEWAY]);
    const settings = {
      gateway: { WEFT_SERVICE: 'another', WEFT_EXTRA: 'x' },
      order: { WEFT_SERVICE: 'none' },
    };
    await withLocalRun(
      { ...options, settings },
      () => {},
      async ({ edgeUrl }) => {
        expect((await fetchSelf(edgeUrl)).environment).toMatchObject({
          WEFT_SERVICE: 'another',
          WEFT_EXTRA: 'x',
        });
      },
    );
  });

  test('NODE_OPTIONS, by appending to those of the manifest', async () => {
    const { options } = await fixture([{ ...GATEWAY, nodeOptions: '--max-semi-space-size=2' }]);
    const settings = { gateway: { NODE_OPTIONS: '--no-warnings' } };
    await withLocalRun(
      { ...options, settings },
      () => {},
      async ({ edgeUrl }) => {
        const { environment } = await fetchSelf(edgeUrl);
        expect(environment.NODE_OPTIONS).toBe('--max-semi-space-size=2 --no-warnings');
      },
    );
  });

  test('the endpoints that processes discover', async () => {
    const { options } = await fixture([GATEWAY, { name: 'order' }]);
    const reroute = async (endpoints: Endpoints) =>
      Object.fromEntries(Object.keys(endpoints).map((name) => [name, [`${name.split('.')[0]}.example:1`]]));
    await withLocalRun(
      { ...options, reroute },
      () => {},
      async ({ edgeUrl }) => {
        const { environment } = await fetchSelf(edgeUrl);
        const { file } = await fetchSelf(
          edgeUrl,
          `/?file=${encodeURIComponent(environment.WEFT_DISCOVERY ?? '')}`,
        );
        expect(JSON.parse(file)).toEqual({
          'gateway.shop.svc.cluster.local:9090': ['gateway.example:1'],
          'order.shop.svc.cluster.local:9090': ['order.example:1'],
        });
      },
    );
  });
});

describe('a second run in the same folder', () => {
  test('reuses ports and secrets, unless it resets the state', async () => {
    const shop = await fixture([GATEWAY]);
    const runOnce = (reset: boolean) =>
      withLocalRun(
        { ...shop.options, reset },
        () => {},
        async ({ edgeUrl, secrets }) => ({
          edgeUrl,
          key: await secrets.read({ secret: 'token-key', key: 'token-key.pem' }),
        }),
      );
    const first = await runOnce(false);
    expect(await runOnce(false)).toEqual(first);
    expect((await runOnce(true)).key).not.toBe(first.key);
  });

  test('is rejected while the first is running, with its process id', async () => {
    const shop = await fixture([GATEWAY]);
    await run(shop, async ({ edgeUrl }) => {
      await expect(run(shop, async () => {})).rejects.toThrow(
        `process ${process.pid} already uses this folder`,
      );
      await fetchSelf(edgeUrl);
    });
  });

  test('keeps secrets from other users', async () => {
    const shop = await fixture([GATEWAY]);
    await run(shop, async () => {});
    expect((await stat(join(shop.data, 'secrets/token-key/token-key.pem'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(shop.data, 'secrets'))).mode & 0o777).toBe(0o700);
  });
});

describe('the end of a run', () => {
  test('stops callers before their callees', async () => {
    const shop = await fixture([
      { name: 'payment' },
      { name: 'order', calls: ['payment'] },
      { ...GATEWAY, calls: ['order'] },
    ]);
    await run(shop, async () => {});
    expect(await shop.stopped()).toEqual(['gateway', 'order', 'payment']);
  });

  test('follows the exit of the parent process, even by SIGKILL', async () => {
    const { data } = await fixture([]);
    const fixtureModule = new URL('./fixture.ts', import.meta.url).href;
    const runModule = new URL('../../../mesh/run/local-run.ts', import.meta.url).href;
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '--eval',
        `const { fixture } = await import(${JSON.stringify(fixtureModule)});
         const { withLocalRun } = await import(${JSON.stringify(runModule)});
         const { options } = await fixture([{ name: 'gateway', hasEdge: true }]);
         await withLocalRun({ ...options, data: ${JSON.stringify(data)} }, () => {}, async ({ edgeUrl }) => {
           console.log(edgeUrl);
           await new Promise(() => {});
         });`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: dirname(data) } },
    );
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const { pid } = await fetchSelf(text.toString().trim());
    parent.kill('SIGKILL');
    await eventually(() => !isAlive(pid));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
