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

const GATEWAY = { name: 'gateway', edge: true } as const;

function run<T>({ options }: Fixture, use: (run: LocalRun) => Promise<T>): Promise<T> {
  return withLocalRun(options, () => {}, use);
}

interface Self {
  readonly pid: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly file: string;
}

async function ask(gateway: string, path = '/'): Promise<Self> {
  return (await (await fetch(gateway + path)).json()) as Self;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('a process gets what its container would', () => {
  test('environment, files of ConfigMaps and Secrets, addresses', async () => {
    const shop = await fixture([
      { ...GATEWAY, calls: ['order'] },
      { name: 'order', replicas: 2 },
      { name: 'product', version: 'v2' },
    ]);
    await run(shop, async ({ edgeUrl: gateway, pods }) => {
      const { environment } = await ask(gateway);
      const file = async (path: string) => (await ask(gateway, `/?file=${encodeURIComponent(path)}`)).file;
      expect(environment.WEFT_HTTP_LISTEN).toBe(new URL(gateway).host);
      expect(JSON.parse(await file(environment.WEFT_CONFIG ?? ''))).toEqual({
        calls: { order: { callee: 'order' } },
      });
      expect(await file(`${environment.WEFT_SECRETS}/seed-admin-password`)).toBe('given');
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

  test('nothing of our own environment', async () => {
    process.env.SOMETHING_SECRET = 'x';
    await run(await fixture([GATEWAY]), async ({ edgeUrl: gateway }) => {
      expect((await ask(gateway)).environment.SOMETHING_SECRET).toBeUndefined();
    });
  });
});

describe('who runs it may change', () => {
  test('the settings of a service', async () => {
    const { options } = await fixture([GATEWAY]);
    const settings = {
      gateway: { WEFT_SERVICE: 'another', WEFT_EXTRA: 'x' },
      order: { WEFT_SERVICE: 'none' },
    };
    await withLocalRun(
      { ...options, settings },
      () => {},
      async ({ edgeUrl: gateway }) => {
        expect((await ask(gateway)).environment).toMatchObject({ WEFT_SERVICE: 'another', WEFT_EXTRA: 'x' });
      },
    );
  });

  test('the options of Node, which come after those of the manifest', async () => {
    const { options } = await fixture([{ ...GATEWAY, nodeOptions: '--max-semi-space-size=2' }]);
    const settings = { gateway: { NODE_OPTIONS: '--no-warnings' } };
    await withLocalRun(
      { ...options, settings },
      () => {},
      async ({ edgeUrl: gateway }) => {
        const { environment } = await ask(gateway);
        expect(environment.NODE_OPTIONS).toBe('--max-semi-space-size=2 --no-warnings');
      },
    );
  });

  test('where processes find each other', async () => {
    const { options } = await fixture([GATEWAY, { name: 'order' }]);
    const reroute = async (endpoints: Endpoints) =>
      Object.fromEntries(Object.keys(endpoints).map((name) => [name, [`${name.split('.')[0]}.example:1`]]));
    await withLocalRun(
      { ...options, reroute },
      () => {},
      async ({ edgeUrl: gateway }) => {
        const { environment } = await ask(gateway);
        const { file } = await ask(gateway, `/?file=${encodeURIComponent(environment.WEFT_DISCOVERY ?? '')}`);
        expect(JSON.parse(file)).toEqual({
          'gateway.shop.svc.cluster.local:9090': ['gateway.example:1'],
          'order.shop.svc.cluster.local:9090': ['order.example:1'],
        });
      },
    );
  });
});

describe('a second run in the same folder', () => {
  test('finds ports and secrets again; --reset does not', async () => {
    const shop = await fixture([GATEWAY]);
    const look = (reset: boolean) =>
      withLocalRun(
        { ...shop.options, reset },
        () => {},
        async ({ edgeUrl: gateway, secrets }) => ({
          gateway,
          key: await secrets.read({ secret: 'token-key', key: 'token-key.pem' }),
        }),
      );
    const first = await look(false);
    expect(await look(false)).toEqual(first);
    expect((await look(true)).key).not.toBe(first.key);
  });

  test('while the first runs is refused, and names its process', async () => {
    const shop = await fixture([GATEWAY]);
    await run(shop, async ({ edgeUrl: gateway }) => {
      await expect(run(shop, async () => {})).rejects.toThrow(`process ${process.pid} runs here already`);
      await ask(gateway);
    });
  });

  test('keeps secrets from other users', async () => {
    const shop = await fixture([GATEWAY]);
    await run(shop, async () => {});
    expect((await stat(join(shop.data, 'secrets/token-key/token-key.pem'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(shop.data, 'secrets'))).mode & 0o777).toBe(0o700);
  });
});

describe('a process that ends', () => {
  test('is started again, on its port', async () => {
    await run(await fixture([GATEWAY]), async ({ edgeUrl: gateway }) => {
      const { pid } = await ask(gateway);
      process.kill(pid, 'SIGKILL');
      await until(async () => (await ask(gateway)).pid !== pid);
    });
  });

  test('is known by the number of its process, old and new', async () => {
    await run(await fixture([GATEWAY]), async ({ edgeUrl: gateway, pods: [pod], pidOf }) => {
      if (!pod) throw new Error('there is no pod');
      const { pid } = await ask(gateway);
      expect(pidOf(pod)).toBe(pid);
      process.kill(pid, 'SIGKILL');
      await until(async () => (await ask(gateway)).pid !== pid);
      expect(pidOf(pod)).toBe((await ask(gateway)).pid);
    });
  });

  test('often is started again after no longer a pause than was asked for', async () => {
    const shop = await fixture([GATEWAY]);
    await withLocalRun(
      { ...shop.options, maxRestartDelayMs: 1 },
      () => {},
      async ({ edgeUrl: gateway }) => {
        for (let kills = 1; kills <= 3; kills++) {
          const { pid } = await ask(gateway);
          process.kill(pid, 'SIGKILL');
          await until(async () => (await ask(gateway)).pid !== pid);
        }
      },
    );
    expect(shop.lines.filter((line) => line.includes('starts again'))).toEqual(
      Array(3).fill('gateway: was ended by SIGKILL; starts again in 0.001 s'),
    );
  });

  test('since that was asked for is another when it serves again, and nothing is said of trouble', async () => {
    const shop = await fixture([GATEWAY]);
    await run(shop, async ({ edgeUrl: gateway, pods, restart }) => {
      const { pid } = await ask(gateway);
      for (const pod of pods) await restart(pod);
      expect((await ask(gateway)).pid).not.toBe(pid);
      expect(shop.lines.filter((line) => line.includes('starts again'))).toEqual([]);
    });
  });

  test('or does not answer its liveness probe is started again', async () => {
    await run(await fixture([GATEWAY]), async ({ edgeUrl: gateway }) => {
      const { pid } = await ask(gateway, '/sicken');
      await until(async () => (await ask(gateway)).pid !== pid);
    });
  });

  test.each([
    [
      'is over its memory limit',
      '/eat-buffers',
      '128Mi',
      /ran out of memory \(OOMKilled\): it uses \d+ MiB of its limit of 128 MiB/,
    ],
    [
      'fills its heap',
      '/eat-heap',
      '4Gi',
      /ran out of memory: V8's heap is full \(--max-old-space-size=64\)/,
    ],
  ])('since it %s is started again, and the reason is told', async (_, path, memory, reason) => {
    const shop = await fixture([{ ...GATEWAY, memory }]);
    const settings = { gateway: { NODE_OPTIONS: '--max-old-space-size=64' } };
    await withLocalRun(
      { ...shop.options, settings },
      () => {},
      async ({ edgeUrl: gateway }) => {
        const { pid } = await ask(gateway);
        await ask(gateway, path).catch(() => {});
        await until(async () => (await ask(gateway)).pid !== pid);
      },
    );
    expect(shop.lines.filter((line) => line.includes('starts again'))).toEqual([
      expect.stringMatching(reason),
    ]);
  });

  test('again and again stops the start, with its last lines', async () => {
    const shop = await fixture([GATEWAY, { name: 'order', fake: 'crash' }]);
    const start = run(shop, async () => {});
    await expect(start).rejects.toThrow(
      /order failed 5 times in a row.*ended with code 1\n {2}a last word reason="told to"/s,
    );
    expect(await shop.stopped()).toEqual(['gateway']);
  });

  test('for a wrong setting stops the start at once', async () => {
    const shop = await fixture([{ ...GATEWAY, fake: 'misconfigured' }]);
    await expect(run(shop, async () => {})).rejects.toThrow('gateway ended with code 78');
    expect(shop.lines.filter((line) => line.includes('starts again'))).toEqual([]);
  });
});

describe('the end', () => {
  test('stops callers before those they call', async () => {
    const shop = await fixture([
      { name: 'payment' },
      { name: 'order', calls: ['payment'] },
      { ...GATEWAY, calls: ['order'] },
    ]);
    await run(shop, async () => {});
    expect(await shop.stopped()).toEqual(['gateway', 'order', 'payment']);
  });

  test('of the process that started them is the end of all', async () => {
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
         const { options } = await fixture([{ name: 'gateway', edge: true }]);
         await withLocalRun({ ...options, data: ${JSON.stringify(data)} }, () => {}, async ({ gateway }) => {
           console.log(gateway);
           await new Promise(() => {});
         });`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: dirname(data) } },
    );
    const [text] = (await once(parent.stdout, 'data')) as [Buffer];
    const { pid } = await ask(text.toString().trim());
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

describe('what is in the way is named', () => {
  test('a port in use', async () => {
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

  test('a file where the folder should be', async () => {
    const shop = await fixture([GATEWAY]);
    await writeFile(shop.data, '');
    await expect(run(shop, async () => {})).rejects.toThrow(`${shop.data}: a file is in its place`);
  });

  test('a folder that cannot be written', async () => {
    const shop = await fixture([GATEWAY]);
    await mkdir(shop.data);
    await chmod(shop.data, 0o500);
    // Root may write everywhere: it gets a folder that holds a folder in the place of the lock.
    if (process.getuid?.() === 0) await mkdir(join(shop.data, `lock.${process.pid}`));
    await expect(run(shop, async () => {})).rejects.toThrow(
      /cannot be written|a folder is in the place of a file/,
    );
  });

  test('manifests that cannot be made, or read', async () => {
    const shop = await fixture([GATEWAY], [{ kind: 'Deployment', metadata: { name: 'odd' }, spec: {} }]);
    await expect(run(shop, async () => {})).rejects.toThrow(/all\.k8s\.yaml: Deployment odd: .*template/s);
  });

  test('a container that is no Node script', async () => {
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

test('an empty secret, as a full disk leaves it, is made anew', async () => {
  const shop = await fixture([GATEWAY]);
  await mkdir(join(shop.data, 'secrets/seed'), { recursive: true });
  await writeFile(join(shop.data, 'secrets/seed/seed-admin-password'), '');
  await run(shop, async ({ secrets }) => {
    expect(await secrets.read({ secret: 'seed', key: 'seed-admin-password' })).toBe('given');
  });
});

test('the lock of a process that is gone is taken over', async () => {
  const shop = await fixture([GATEWAY]);
  await mkdir(shop.data);
  // The number lives, but not since then: it belongs to another process now.
  for (const stale of [`${2 ** 22 + 1} 1`, `${process.pid} 1`, `${process.pid}`, 'nonsense', '']) {
    await writeFile(join(shop.data, 'lock'), stale);
    await run(shop, async () => {
      expect(await readFile(join(shop.data, 'lock'), 'utf8')).toMatch(`${process.pid} `);
    });
  }
});
