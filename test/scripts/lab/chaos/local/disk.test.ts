import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mayMount, openDisk } from '../../../../../scripts/lab/chaos/local/disk.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-disk-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['root', 'Name:\tnode\nCapEff:\t000001ffffffffff\n', true],
  ['root in a container', 'Name:\tnode\nCapEff:\t00000000a80425fb\n', false],
  ['a user', 'CapEff:\t0000000000000000\n', false],
  ['another system', '', false],
])('%s may mount or not', async (_, text, may) => {
  const status = join(folder, 'status');
  if (text) await writeFile(status, text);
  expect(await mayMount(status)).toBe(may);
});

/** Who may not mount, is told what to use instead: each machine tries one of both. */
test('a disk is full, and has room again; where it cannot be mounted, that is said', async () => {
  const data = join(folder, 'data');
  if (!(await mayMount())) {
    await expect(openDisk(data)).rejects.toThrow('use --full-disks 0');
    return;
  }
  const disk = await openDisk(data);
  try {
    await writeFile(join(data, 'before'), 'x'.repeat(10_000));
    const write = () => writeFile(join(data, 'after'), 'x'.repeat(10_000));
    const [empty, later] = [await disk.fill(), await disk.fill()];
    await expect(write()).rejects.toThrow('ENOSPC');
    await empty();
    await expect(write()).rejects.toThrow('ENOSPC');
    await later();
    await write();
  } finally {
    await disk.remove();
  }
});
