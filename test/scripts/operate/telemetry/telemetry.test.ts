import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runNode } from '../../../run-node.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-telemetry-'));
});

afterAll(() => rm(folder, { recursive: true }));

const telemetry = (...words: readonly string[]) => runNode('scripts/telemetry.ts', ...words);

async function fileWith(name: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

test('refuses a file that is not an export, and says how to get one', async () => {
  const file = await fileWith('other.json', '{"name":"weft"}\n');
  const { code, output } = await telemetry('open', file);
  expect([code, output]).toEqual([
    1,
    expect.stringContaining(`${file} is not an export of the dashboard: its first line has no format`),
  ]);
});

test('refuses a truncated file', async () => {
  const lines = gzipSync(`{"format":"weft-telemetry"}\n${'{}\n'.repeat(10_000)}`);
  const file = await fileWith('truncated.gz', lines.subarray(0, 30));
  const { code, output } = await telemetry('open', file);
  expect([code, output]).toEqual([1, expect.stringMatching(/ends early or is damaged|is not an export/)]);
});

test('says that no shop with a live page runs', async () => {
  const { code, output } = await telemetry('export', '--data', folder);
  expect([code, output]).toEqual([
    1,
    expect.stringContaining(`no shop with a live page has its data in ${folder}; run npm start`),
  ]);
});

test.each([
  [['close'], "'close' is not a command; use export, or open FILE"],
  [['open'], 'open needs one file: npm run telemetry -- open telemetry.ndjson.gz'],
  [['export', '--trace', 'xyz'], "--trace 'xyz' must be 32 hexadecimal digits"],
])('exits with code 2 for the arguments %j', async (words, message) => {
  const { code, output } = await telemetry(...words);
  expect([code, output]).toEqual([2, expect.stringContaining(message)]);
});
