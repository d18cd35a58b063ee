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

test('without a report it says what makes one, and ends with code 2', async () => {
  const path = join(folder, 'nowhere.json');
  await expect(advise('--report', path)).rejects.toMatchObject({
    code: 2,
    stderr: `error: ${path} is not there: npm run contrast makes it\n`,
  });
});

test('a line of JSON for each call of the shop', async () => {
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
  // In kind its policy has outlier detection, which the app layer does approximately.
  expect(advice).toContainEqual(
    expect.objectContaining({ call: 'order/payment', recommended: 'mesh', loses: [] }),
  );
});
