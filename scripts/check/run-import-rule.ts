import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../process/run-tool.ts';
import { importViolations } from './import-rule.ts';
import { ROOMS } from './rooms.ts';

/** Holds the import rule against every TypeScript file of the rooms. */
export async function runImportRule(): Promise<readonly string[]> {
  const tops = [...new Set(ROOMS.map(({ folder }) => folder.split('/')[0] ?? ''))];
  const violations = await Promise.all(
    tops.map(async (top) => {
      const names = await readdir(join(ROOT, top), { recursive: true });
      const files = names.filter((name) => name.endsWith('.ts')).map((name) => `${top}/${name}`);
      const each = files
        .sort()
        .map(async (file) => importViolations(file, await readFile(join(ROOT, file), 'utf8')));
      return (await Promise.all(each)).flat();
    }),
  );
  return violations.flat();
}
