import { expect, test } from '@jest/globals';
import { checkTools, parseVersion } from '../../../../scripts/operate/cluster/tools.ts';

const node = (version: string, minVersion: readonly [number, number]) => ({
  name: process.execPath,
  args: ['-e', `console.log(${JSON.stringify(version)})`],
  minVersion,
  page: 'https://tools.example/node',
});

test.each([
  ['kind v0.29.0 go1.24.2 linux/amd64', [0, 29]],
  ['Client Version: v1.34.4\nKustomize Version: v5.7.1', [1, 34]],
  ['client version: 1.31.0', [1, 31]],
  ['a build of my own', undefined],
])('reads the version of %j as %j', (text, version) => {
  expect(parseVersion(text)).toEqual(version);
});

test.each([
  ['1.28.0', 'the minimum version'],
  ['1.29.3', 'a later version'],
  ['2.0.0', 'a later major version'],
  ['of my own', 'an unreadable version'],
])('accepts %s: %s', async (version) => {
  await expect(checkTools([node(version, [1, 28])])).resolves.toBeUndefined();
});

test('reports each missing or outdated tool with the required version and its page', async () => {
  const missing = { ...node('', [1, 0]), name: 'no-such-tool' };
  const problem = await checkTools([missing, node('1.27.9', [1, 28])]).catch(String);
  expect(problem).toContain(
    'no-such-tool is not found: install it, or put it on the PATH; see https://tools.example/node',
  );
  expect(problem).toContain('is 1.27: version 1.28 or later is required; see https://tools.example/node');
});
