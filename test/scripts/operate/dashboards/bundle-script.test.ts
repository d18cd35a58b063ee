import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bundleScript } from '../../../../scripts/operate/dashboards/page/bundle-script.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-bundle-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const reports: string[] = [];
  runInNewContext(await bundleScript(join(folder, 'main.ts')), {
    report: (text: string) => reports.push(text),
  });
  return reports;
}

test('runs each module once, before the modules that import it, without types', async () => {
  const lines = await run({
    'main.ts':
      "import { a } from './a.ts';\nimport type { B } from './types.ts';\nimport { b } from './b.ts';\nreport(a + (b as B));",
    'a.ts': "import { b } from './b.ts';\nreport('a');\nexport const a = 'a of ' + b + ', ';",
    'b.ts': "report('b');\nexport const b = 'b';",
    'types.ts': 'export type B = string;',
  });
  expect(lines).toEqual(['b', 'a', 'a of b, b']);
});

test('names the file with a syntax error', async () => {
  await expect(run({ 'main.ts': 'const = 1' })).rejects.toThrow();
});
