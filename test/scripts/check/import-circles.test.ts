import { expect, test } from '@jest/globals';
import { importCircles, runCircleRule } from '../../../scripts/check/import-circles.ts';
import type { SourceFile } from '../../../scripts/check/source-files.ts';

/** Returns a file in `mesh/` that imports others of that folder, by name. */
function file(name: string, ...targets: readonly string[]): SourceFile {
  return { path: `mesh/${name}.ts`, text: targets.map((target) => `import './${target}.ts';\n`).join('') };
}

test('reports files that import each other, directly or through others', () => {
  const direct = importCircles([file('a', 'b'), file('b', 'a')]);
  expect(direct).toEqual([expect.stringContaining('mesh/a.ts -> mesh/b.ts -> mesh/a.ts')]);
  const indirect = importCircles([file('x', 'a'), file('a', 'b'), file('b', 'c'), file('c', 'a')]);
  expect(indirect).toEqual([expect.stringContaining('mesh/a.ts -> mesh/b.ts -> mesh/c.ts -> mesh/a.ts')]);
});

test('reports a circle of type imports', () => {
  const text = "import type { Service } from './service.ts';";
  expect(importCircles([{ path: 'mesh/call.ts', text }, file('service', 'call')])).toHaveLength(1);
});

test('accepts a file that is imported on several paths', () => {
  expect(importCircles([file('a', 'b', 'c'), file('b', 'd'), file('c', 'd'), file('d')])).toEqual([]);
});

test('finds no import circle in this repository', async () => {
  expect(await runCircleRule()).toEqual([]);
});
