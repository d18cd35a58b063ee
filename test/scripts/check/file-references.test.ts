import { expect, test } from '@jest/globals';
import { missingReferences, runFileReferenceRule } from '../../../scripts/check/file-references.ts';

/** Returns an expression that resolves `path`. Put together here, so that the check does not read this file as a reference. */
const resolve = (path: string) => `new URL('${path}', import.meta.url)`;
const FILES = [
  { path: 'scripts/lab/start.ts', text: `\nf(${resolve('a.ts')});\nf(${resolve('../b.ts')});\n` },
];

test('reports a path that is resolved at run time and does not exist', () => {
  expect(missingReferences(FILES, (path) => path === 'scripts/lab/a.ts')).toEqual([
    'scripts/lab/start.ts:3: scripts/b.ts does not exist; correct the path',
  ]);
  expect(missingReferences(FILES, () => true)).toEqual([]);
});

test('finds no missing file in this repository', async () => {
  expect(await runFileReferenceRule()).toEqual([]);
});
