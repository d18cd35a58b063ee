import { expect, test } from '@jest/globals';
import { checkTools, versionIn } from '../../../../scripts/operate/cluster/tools.ts';

const node = (version: string, least: readonly [number, number]) => ({
  name: process.execPath,
  args: ['-e', `console.log(${JSON.stringify(version)})`],
  least,
  page: 'https://tools.example/node',
});

test.each([
  ['kind v0.29.0 go1.24.2 linux/amd64', [0, 29]],
  ['Client Version: v1.34.4\nKustomize Version: v5.7.1', [1, 34]],
  ['client version: 1.31.0', [1, 31]],
  ['a build of my own', undefined],
])('the version in %j is %j', (text, version) => {
  expect(versionIn(text)).toEqual(version);
});

test.each([
  ['1.28.0', 'the least version'],
  ['1.29.3', 'a later one'],
  ['2.0.0', 'one of a later major version'],
  ['of my own', 'one that cannot be read'],
])('%s is taken: %s', async (version) => {
  await expect(checkTools([node(version, [1, 28])])).resolves.toBeUndefined();
});

test('says of each tool that is missing or too old what is needed, and where it is', async () => {
  const missing = { ...node('', [1, 0]), name: 'no-such-tool' };
  const problem = await checkTools([missing, node('1.27.9', [1, 28])]).catch(String);
  expect(problem).toContain(
    'no-such-tool is not found: install it, or put it on the PATH; see https://tools.example/node',
  );
  expect(problem).toContain('is 1.27: version 1.28 or later is needed; see https://tools.example/node');
});
