import { spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Endpoints } from '../../../mesh/run/endpoints.ts';
import { type LocalRun, withLocalRun } from '../../../mesh/run/local-run.ts';
import { type Fixture, fixture, removeFixtures } from './fixture.ts';

afterAll(removeFixtures);

const GATEWAY = { name: 'gateway', hasEdge: true } as const;

function run<T>({ options }: Fixture, use: (run: LocalRun) => Promise<T>): Promise<T> {
  return withLocalRun(options, () => {}, use);
}

/** State that a fake service reports of itself. */
interface Self {
  readonly pid: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly file: string;
}

async function fetchSelf(url: string, path = '/'): Promise<Self> {
  return (await (await fetch(url + path)).json()) as Self;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a process receives', () => {
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

describe('a process', () => {
  test('is restarted on its port after it exits', async () => {
    await run(await fixture([GATEWAY]), async ({ edgeUrl }) => {
      const { pid } = await fetchSelf(edgeUrl);
      process.kill(pid, 'SIGKILL');
      await until(async () => (await fetchSelf(edgeUrl)).pid !== pid);
    });
  });

  test('reports its process id before and after a restart', async () => {
    await run(await fixture([GATEWAY]), async ({ edgeUrl, pods: [pod], pidOf }) => {
      if (!pod) throw new Error('no pod');
      const { pid } = await fetchSelf(edgeUrl);
      expect(pidOf(pod)).toBe(pid);
      process.kill(pid, 'SIGKILL');
      await until(async () => (await fetchSelf(edgeUrl)).pid !== pid);
      expect(pidOf(pod)).toBe((await fetchSelf(edgeUrl)).pid);
    });
  });

  test('is restarted within maxRestartDelayMs', async () => {
    const shop = await fixture([GATEWAY]);
    await withLocalRun(
      { ...shop.options, maxRestartDelayMs: 1 },
      () => {},
      async ({ edgeUrl }) => {
        for (let kills = 1; kills <= 3; kills++) {
          const { pid } = await fetchSelf(edgeUrl);
          process.kill(pid, 'SIGKILL');
          await until(async () => (await fetchSelf(edgeUrl)).pid !== pid);
        }
      },
    );
    expect(shop.lines.filter((line) => line.includes('restarting in'))).toEqual(
      Array(3).fill('gateway: was killed by SIGKILL; restarting in 0.001 s'),
    );
  });

  test('is replaced by restart() without reporting a problem', async () => {
    const shop = await fixture([GATEWAY]);
    await run(shop, async ({ edgeUrl, pods, restart }) => {
      const { pid } = await fetchSelf(edgeUrl);
      for (const pod of pods) await restart(pod);
      expect((await fetchSelf(edgeUrl)).pid).not.toBe(pid);
      expect(shop.lines.filter((line) => line.includes('restarting in'))).toEqual([]);
    });
  });

  test('is restarted if its liveness probe fails', async () => {
    await run(await fixture([GATEWAY]), async ({ edgeUrl }) => {
      const { pid } = await fetchSelf(edgeUrl, '/become-unhealthy');
      await until(async () => (await fetchSelf(edgeUrl)).pid !== pid);
    });
  });

  test.each([
    [
      'exceeds its memory limit',
      '/allocate-buffers',
      '128Mi',
      /ran out of memory \(OOMKilled\): used \d+ MiB with a limit of 128 MiB/,
    ],
    [
      'reaches its heap limit',
      '/allocate-heap',
      '4Gi',
      /ran out of memory: reached the heap limit of V8 \(--max-old-space-size=64\)/,
    ],
  ])('that %s is restarted, and the reason is reported', async (_, path, memory, reason) => {
    const shop = await fixture([{ ...GATEWAY, memory }]);
    const settings = { gateway: { NODE_OPTIONS: '--max-old-space-size=64' } };
    await withLocalRun(
      { ...shop.options, settings },
      () => {},
      async ({ edgeUrl }) => {
        const { pid } = await fetchSelf(edgeUrl);
        await fetchSelf(edgeUrl, path).catch(() => {});
        await until(async () => (await fetchSelf(edgeUrl)).pid !== pid);
      },
    );
    expect(shop.lines.filter((line) => line.includes('restarting in'))).toEqual([
      expect.stringMatching(reason),
    ]);
  });

  test('that fails five times in a row fails the start with its last lines', async () => {
    const shop = await fixture([GATEWAY, { name: 'order', fake: 'crash' }]);
    const start = run(shop, async () => {});
    await expect(start).rejects.toThrow(
      /order failed 5 times in a row.*exited with code 1\n {2}crashing reason="as requested"/s,
    );
    expect(await shop.stopped()).toEqual(['gateway']);
  });

  test('that exits because of an invalid setting fails the start immediately', async () => {
    const shop = await fixture([{ ...GATEWAY, fake: 'misconfigured' }]);
    await expect(run(shop, async () => {})).rejects.toThrow('gateway exited with code 78');
    expect(shop.lines.filter((line) => line.includes('restarting in'))).toEqual([]);
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
    await until(async () => !isAlive(pid));
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

describe('a start fails with the reason if', () => {
  test('a port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const shop = await fixture([GATEWAY]);
    try {
      await expect(
        withLocalRun(
          { ...shop.options, edgePort: port },
          () => {},
          async () => {},
        ),
      ).rejects.toThrow(`port ${port} is in use`);
    } finally {
      other.close();
    }
    expect(shop.lines.filter((line) => line.includes('ready'))).toEqual([]);
  });

  test('a file is in the place of the data folder', async () => {
    const shop = await fixture([GATEWAY]);
    await writeFile(shop.data, '');
    await expect(run(shop, async () => {})).rejects.toThrow(`${shop.data}: a file is in its place`);
  });

  test('the data folder cannot be written', async () => {
    const shop = await fixture([GATEWAY]);
    await mkdir(shop.data);
    await chmod(shop.data, 0o500);
    // Root ignores permissions, so for root a folder is in the place of the lock file.
    if (process.getuid?.() === 0) await mkdir(join(shop.data, `lock.${process.pid}`));
    await expect(run(shop, async () => {})).rejects.toThrow(
      /no write permission|a folder is in the place of a file/,
    );
  });

  test('a manifest is invalid', async () => {
    const shop = await fixture([GATEWAY], [{ kind: 'Deployment', metadata: { name: 'odd' }, spec: {} }]);
    await expect(run(shop, async () => {})).rejects.toThrow(/all\.k8s\.yaml: Deployment odd: .*template/s);
  });

  test('a container does not run a Node script', async () => {
    const shop = await fixture(
      [GATEWAY],
      [
        {
          kind: 'Deployment',
          metadata: { name: 'cache', namespace: 'shop' },
          spec: { template: { metadata: {}, spec: { containers: [{ name: 'cache', image: 'valkey:8' }] } } },
        },
      ],
    );
    await expect(run(shop, async () => {})).rejects.toThrow('cannot run valkey:8 without a container');
  });
});

test('replaces an empty secret, which a full disk leaves', async () => {
  const shop = await fixture([GATEWAY]);
  await mkdir(join(shop.data, 'secrets/passwords'), { recursive: true });
  await writeFile(join(shop.data, 'secrets/passwords/admin-password'), '');
  await run(shop, async ({ secrets }) => {
    expect(await secrets.read({ secret: 'passwords', key: 'admin-password' })).toBe('preset');
  });
});

test('takes over the lock of a process that has exited', async () => {
  const shop = await fixture([GATEWAY]);
  await mkdir(shop.data);
  // The second entry has a live process id with another start time: the id was reused.
  for (const stale of [`${2 ** 22 + 1} 1`, `${process.pid} 1`, `${process.pid}`, 'nonsense', '']) {
    await writeFile(join(shop.data, 'lock'), stale);
    await run(shop, async () => {
      expect(await readFile(join(shop.data, 'lock'), 'utf8')).toMatch(`${process.pid} `);
    });
  }
});
