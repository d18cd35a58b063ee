import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { canMount, mountDisk } from '../../../../../scripts/lab/chaos/local/disk.ts';

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
])('detects whether %s may mount', async (_, text, expected) => {
  const status = join(folder, 'status');
  if (text) await writeFile(status, text);
  expect(await canMount(status)).toBe(expected);
});

/** Depending on its capabilities, a machine runs only one of the two branches. */
test('fills a disk until all overlapping faults are over, or names the option to use if it cannot be mounted', async () => {
  const data = join(folder, 'data');
  if (!(await canMount())) {
    await expect(mountDisk(data)).rejects.toThrow('use --full-disks 0');
    return;
  }
  const disk = await mountDisk(data);
  try {
    await writeFile(join(data, 'before'), 'x'.repeat(10_000));
    const write = () => writeFile(join(data, 'after'), 'x'.repeat(10_000));
    const [restore, restoreLater] = [await disk.fill(), await disk.fill()];
    await expect(write()).rejects.toThrow('ENOSPC');
    await restore();
    await expect(write()).rejects.toThrow('ENOSPC');
    await restoreLater();
    await write();
  } finally {
    await disk.remove();
  }
});
