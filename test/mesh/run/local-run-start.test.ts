import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { withLocalRun } from '../../../mesh/run/local-run.ts';
import { fixture, removeFixtures } from './fixture.ts';
import { GATEWAY, run } from './gateway-run.ts';

afterAll(removeFixtures);

describe('a local run that cannot start', () => {
  test('reports the last lines of a process that fails five times in a row', async () => {
    const shop = await fixture([GATEWAY, { name: 'order', fake: 'crash' }]);
    const start = run(shop, async () => {});
    await expect(start).rejects.toThrow(
      /order failed 5 times in a row.*exited with code 1\n {2}crashing reason="as requested"/s,
    );
    expect(await shop.stopped()).toEqual(['gateway']);
  });

  test('reports an invalid setting of a process without restarting the process', async () => {
    const shop = await fixture([{ ...GATEWAY, fake: 'misconfigured' }]);
    await expect(run(shop, async () => {})).rejects.toThrow('gateway exited with code 78');
    expect(shop.lines.filter((line) => line.includes('restarting in'))).toEqual([]);
  });

  test('reports a port in use', async () => {
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

  test('reports a file in the place of the data folder', async () => {
    const shop = await fixture([GATEWAY]);
    await writeFile(shop.data, '');
    await expect(run(shop, async () => {})).rejects.toThrow(`${shop.data}: a file is in its place`);
  });

  test('reports a data folder that cannot be written', async () => {
    const shop = await fixture([GATEWAY]);
    await mkdir(shop.data);
    await chmod(shop.data, 0o500);
    // Root ignores permissions, so for root a folder is in the place of the lock file.
    if (process.getuid?.() === 0) await mkdir(join(shop.data, `lock.${process.pid}`));
    await expect(run(shop, async () => {})).rejects.toThrow(
      /no write permission|a folder is in the place of a file/,
    );
  });

  test('reports an invalid manifest', async () => {
    const shop = await fixture([GATEWAY], [{ kind: 'Deployment', metadata: { name: 'odd' }, spec: {} }]);
    await expect(run(shop, async () => {})).rejects.toThrow(/all\.k8s\.yaml: Deployment odd: .*template/s);
  });

  test('reports a container that does not run a Node script', async () => {
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

test('replaces an empty secret that a full disk left behind', async () => {
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
