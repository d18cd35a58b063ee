import { afterAll, describe, expect, test } from '@jest/globals';
import { withLocalRun } from '../../../mesh/run/local-run.ts';
import { fixture, removeFixtures } from './fixture.ts';
import { fetchSelf, GATEWAY, run, waitForRestart } from './gateway-run.ts';

afterAll(removeFixtures);

describe('a process', () => {
  test('is restarted on its port after it exits', async () => {
    await run(await fixture([GATEWAY]), async ({ edgeUrl }) => {
      const { pid } = await fetchSelf(edgeUrl);
      process.kill(pid, 'SIGKILL');
      await waitForRestart(edgeUrl, pid);
    });
  });

  test('reports its process id before and after a restart', async () => {
    await run(await fixture([GATEWAY]), async ({ edgeUrl, pods: [pod], pidOf }) => {
      if (!pod) throw new Error('no pod');
      const { pid } = await fetchSelf(edgeUrl);
      expect(pidOf(pod)).toBe(pid);
      process.kill(pid, 'SIGKILL');
      await waitForRestart(edgeUrl, pid);
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
          await waitForRestart(edgeUrl, pid);
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
      await waitForRestart(edgeUrl, pid);
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
        await waitForRestart(edgeUrl, pid);
      },
    );
    expect(shop.lines.filter((line) => line.includes('restarting in'))).toEqual([
      expect.stringMatching(reason),
    ]);
  });
});
