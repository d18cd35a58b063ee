import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runProgram } from '../../../../scripts/process/run-program.ts';
import { handReport } from './hand-report.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'advise-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const advise = (...args: readonly string[]) => runProgram(process.execPath, ['scripts/advise.ts', ...args]);

test('without a report, the verb names the command that creates one and exits with code 2', async () => {
  const path = join(folder, 'nowhere.json');
  await expect(advise('--report', path)).rejects.toMatchObject({
    code: 2,
    stderr: `error: ${path} does not exist; create it with npm run contrast\n`,
  });
});

test('with --json, the verb prints a line of JSON for each call of the shop', async () => {
  const path = join(folder, 'report.json');
  await writeFile(path, JSON.stringify(handReport({ calm: { app: {}, mesh: { cpu: 3_000 } } })));
  const output = await advise('--report', path, '--json');
  const advice = output
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(advice).toContainEqual(
    expect.objectContaining({ call: 'gateway/user', now: 'mesh', recommended: 'app' }),
  );
  // Its policy in kind has outlier detection, which layer app approximates.
  expect(advice).toContainEqual(
    expect.objectContaining({ call: 'order/payment', recommended: 'mesh', loses: [] }),
  );
});
