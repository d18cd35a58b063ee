import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { imageTags } from '../../../mesh/run/image-tags.ts';
import { ROOT } from '../../../scripts/process/run-tool.ts';

const SERVICES = ['order', 'product'];
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'weft-'));
  const parts = ['.dockerignore', 'package.json', 'package-lock.json', 'mesh/policy', 'services'];
  for (const part of parts) await cp(join(ROOT, part), join(copy, part), { recursive: true });
});
afterAll(() => rm(copy, { recursive: true }));

test('the same sources result in the same tags in any folder', async () => {
  const tags = await imageTags(SERVICES, copy);
  expect(tags).toEqual(await imageTags(SERVICES, ROOT));
  expect(tags.order).toMatch(/^dev-[0-9a-f]{12}$/);
  expect(tags.order).not.toBe(tags.product);
});

test('a change of one service changes only its tag', async () => {
  const before = await imageTags(SERVICES, copy);
  await writeFile(join(copy, 'services/order/main.ts'), '// changed\n');
  const after = await imageTags(SERVICES, copy);
  expect(after.order).not.toBe(before.order);
  expect(after.product).toBe(before.product);
});

test.each([
  'services/kit/service/start.ts',
  'services/Dockerfile',
  'package-lock.json',
  'mesh/policy/new.ts',
])('a change of %s changes all tags', async (file) => {
  const before = await imageTags(SERVICES, copy);
  await writeFile(join(copy, file), `// changed: ${file}\n`);
  const after = await imageTags(SERVICES, copy);
  for (const service of SERVICES) expect(after[service]).not.toBe(before[service]);
});
