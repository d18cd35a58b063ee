import { glob, readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';

const KIT = new URL('../../../services/kit/', import.meta.url);
const LIST = 'service/lazy-modules.ts';

test('lazy-modules.ts imports every module that the kit loads on demand', async () => {
  const loaded = new Set<string>();
  for await (const file of glob('**/*.ts', { cwd: KIT })) {
    const text = await readFile(new URL(file, KIT), 'utf8');
    for (const [, path = ''] of text.matchAll(/\bimport\('([^']+)'\)/g))
      loaded.add(path.startsWith('.') ? new URL(path, new URL(file, KIT)).href : path);
  }
  expect(loaded.size).toBeGreaterThan(5);
  const listed = [...(await readFile(new URL(LIST, KIT), 'utf8')).matchAll(/^import '([^']+)';$/gm)];
  const hrefs = listed.map(([, path = '']) =>
    path.startsWith('.') ? new URL(path, new URL(LIST, KIT)).href : path,
  );
  expect(hrefs.toSorted()).toEqual([...loaded].toSorted());
});
