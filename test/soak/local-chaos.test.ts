import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import type { ChaosReport } from '../../scripts/lab/chaos/chaos-report.ts';
import { localTargets } from '../../scripts/lab/chaos/local/local-targets.ts';
import { createPlan } from '../../scripts/lab/chaos/plan.ts';

const OPTIONS = {
  seed: 5,
  orders: 60,
  kills: 7,
  freezes: 2,
  cuts: 2,
  fullDisks: 0,
  blackholes: 3,
  clockSkewS: 180,
  broker: 'postgres',
} as const;

test('keeps all invariants while faults are injected into every process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-chaos-'));
  try {
    const { fullDisks, clockSkewS, ...named } = OPTIONS;
    const all = Object.entries({ ...named, 'full-disks': fullDisks, clock: clockSkewS });
    const words = all.flatMap(([name, value]) => [`--${name}`, String(value)]);
    // Generous, because the time to settle depends on the machine.
    const settleTimeout = ['--settle-timeout', '10m'];
    const child = spawn(
      'node',
      [
        'scripts/chaos.ts',
        ...words,
        ...settleTimeout,
        '--json',
        '--data',
        join(folder, 'data'),
        '--out',
        folder,
      ],
      { env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);

    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('waiting until all work has settled'),
    });
    const report = JSON.parse(stdout) as ChaosReport;
    expect(report.checks.filter(({ violations }) => violations.length > 0)).toEqual([]);
    expect(report).toMatchObject({ ...OPTIONS, where: 'local', passed: true });
    const planned = createPlan(OPTIONS, localTargets('postgres', false)).faults.map(
      ({ kind, target, afterOrders }) => ({
        kind,
        target,
        afterOrders,
      }),
    );
    expect(report.faults.map(({ kind, target, afterOrders }) => ({ kind, target, afterOrders }))).toEqual(
      planned,
    );
    expect(report.timeline.reduce((sum, { ordersAnswered }) => sum + ordersAnswered, 0)).toBe(OPTIONS.orders);
    expect(JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'))).toEqual(report);
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Orders under chaos');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
