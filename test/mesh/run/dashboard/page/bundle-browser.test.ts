import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bundleBrowser } from '../../../../../mesh/run/dashboard/page/bundle-browser.ts';
import { pageHtml } from '../../../../../mesh/run/dashboard/page/page-html.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-bundle-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function bundle(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return await bundleBrowser(join(folder, 'main.ts'));
}

function run(script: string): readonly string[] {
  const reports: string[] = [];
  runInNewContext(script, { report: (text: string) => reports.push(text) });
  return reports;
}

test('runs each module once, before the modules that import it, without types', async () => {
  const { script, style } = await bundle({
    'main.ts':
      "import { a } from './a.ts';\nimport type { B } from './types.ts';\nimport { b } from './b.ts';\nreport(a + (b as B));",
    'a.ts': "import { b } from './b.ts';\nreport('a');\nexport const a = 'a of ' + b + ', ';",
    'b.ts': "report('b');\nexport const b = 'b';",
    'types.ts': 'export type B = string;',
  });
  expect(run(script)).toEqual(['b', 'a', 'a of b, b']);
  expect(style).toBe('');
});

test('collects style sheets, and writes no files', async () => {
  const { script, style } = await bundle({
    'main.ts': "import './a.css';\nreport('main');",
    'a.css': 'p { color: red }',
  });
  expect(run(script)).toEqual(['main']);
  expect(style.trim()).toBe('p{color:red}');
  expect(await readdir(folder)).toEqual(['a.css', 'main.ts']);
});

test('names the file with a syntax error', async () => {
  await expect(bundle({ 'main.ts': 'const = 1' })).rejects.toThrow(/main\.ts:1:6/);
});

test('the HTML of the live page has no inline script, and loads from its own host only', () => {
  const html = pageHtml();
  expect(html).toContain('<script src="/app.js" defer></script>');
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
});
