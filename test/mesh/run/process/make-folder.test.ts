import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeFolder } from '../../../../mesh/run/process/make-folder.ts';

let place: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'weft-folder-'));
});

afterEach(() => rm(place, { recursive: true }));

test('makes a folder and those above it, and leaves one that is there', async () => {
  const folder = join(place, 'a/b/c');
  await makeFolder(folder);
  await makeFolder(folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test('says that a file is in its place, or in its path', async () => {
  const file = join(place, 'file');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toThrow(`${file}: a file is in its place`);
  await expect(makeFolder(join(file, 'below'))).rejects.toThrow('a part of its path is a file');
});

test('comes to an end where nothing can be made', async () => {
  await expect(makeFolder('/proc/weft/data')).rejects.toThrow(/^\/proc/);
});
