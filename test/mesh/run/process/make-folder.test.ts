import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeFolder } from '../../../../mesh/run/process/make-folder.ts';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'weft-folder-'));
});

afterEach(() => rm(parent, { recursive: true }));

test('creates a folder with its parents, and keeps an existing one', async () => {
  const folder = join(parent, 'a/b/c');
  await makeFolder(folder);
  await makeFolder(folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test('explains that a file is in the place of the folder or of a parent', async () => {
  const file = join(parent, 'file');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toThrow(`${file}: a file is in its place`);
  await expect(makeFolder(join(file, 'below'))).rejects.toThrow('a part of its path is a file');
});

test('fails instead of looping forever where no folder can be created', async () => {
  await expect(makeFolder('/proc/weft/data')).rejects.toThrow(/^\/proc/);
});
