import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../scripts/process/run-tool.ts';
import { runNode } from './run-node.ts';

/** A test file with a failing and a passing test, whose hook writes the titles of failed tests to a file. */
const SOURCE = (titles: string) => `
import { appendFileSync } from 'node:fs';
import { afterAll, describe, test } from '@jest/globals';
import { onTestFailure } from '${join(ROOT, 'test/failure-hooks.ts')}';

let isRunning = true;
onTestFailure(async (title) => appendFileSync('${titles}', title + (isRunning ? ' while it runs' : '') + '\\n'));
afterAll(() => {
  isRunning = false;
});
describe('an order', () => {
  test('fails', () => {
    throw new Error('on purpose');
  });
  test('passes', () => {});
});
`;

test('a hook runs for a failed test, before the system under test is stopped', async () => {
  // Below the checkout, so that the file finds its packages.
  const folder = await mkdtemp(join(ROOT, 'node_modules/.cache/failure-hooks-'));
  try {
    const titles = join(folder, 'titles.txt');
    await writeFile(join(folder, 'sample.test.ts'), SOURCE(titles));
    const config = {
      rootDir: ROOT,
      roots: [folder],
      testMatch: [`${folder}/*.test.ts`],
      testPathIgnorePatterns: [],
      haste: { retainAllFiles: true },
      transformIgnorePatterns: [],
      extensionsToTreatAsEsm: ['.ts'],
      transform: {
        '^.+\\.ts$': [
          '@swc/jest',
          { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
        ],
      },
      testEnvironment: join(ROOT, 'test/fast-globals-environment.ts'),
    };
    const { code, output } = await runNode(
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--config',
      JSON.stringify(config),
    );
    expect([code, output]).toEqual([1, expect.stringContaining('1 failed, 1 passed')]);
    expect(await readFile(titles, 'utf8')).toBe('an order fails while it runs\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});
