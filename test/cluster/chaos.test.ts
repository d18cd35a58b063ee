import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Report } from '../../scripts/chaos/report.ts';
import { runVerb } from './run-verb.ts';

test('orders survive pods that are killed, a database among them, and the books are right', async () => {
  const out = await mkdtemp(join(tmpdir(), 'weft-chaos-'));
  try {
    // Seven kills are one of each service, and of Postgres.
    const words = [
      '--cluster',
      '--orders',
      '60',
      '--kills',
      '7',
      '--patience',
      '10m',
      '--json',
      '--out',
      out,
    ];
    const { code, stdout, stderr } = await runVerb('chaos', ...words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('kill postgres') });
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ where: 'in a cluster', orders: 60, kills: 7, passed: true });
    expect(report.findings.flatMap(({ wrong }) => wrong)).toEqual([]);
  } finally {
    await rm(out, { recursive: true });
  }
});

test.each([
  [['--freezes', '2'], 'there is nobody here for --freezes 2: use --freezes 0'],
  [['--clock', '5'], 'no clock can be moved here: use --clock 0'],
])('%j is refused in the cluster', async (words, message) => {
  const { code, stderr } = await runVerb('chaos', '--cluster', ...words, '--plan');
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});
