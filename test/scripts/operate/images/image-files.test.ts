import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { SHARED } from '../../../../mesh/run/image-tags.ts';
import { importsOf } from '../../../../scripts/check/imports-of.ts';
import { ROOT } from '../../../../scripts/process/run-tool.ts';

const SERVICES = readdirSync(join(ROOT, 'services')).filter((name) =>
  existsSync(join(ROOT, 'services', name, 'main.ts')),
);
/** Files that each file loads at run time. */
const imports = new Map<string, readonly string[]>();

/** Returns the files of the checkout that `file` loads at run time, including itself. */
function loadedFiles(file: string, files = new Set<string>()): ReadonlySet<string> {
  if (files.has(file)) return files;
  files.add(file);
  const fileImports = imports.get(file) ?? importedBy(file);
  imports.set(file, fileImports);
  for (const one of fileImports) loadedFiles(one, files);
  return files;
}

function importedBy(file: string): readonly string[] {
  return importsOf(readFileSync(join(ROOT, file), 'utf8'))
    .filter(({ from, isType }) => !isType && from.startsWith('.') && from.endsWith('.ts'))
    .map(({ from }) => relative(ROOT, join(ROOT, dirname(file), from)));
}

test.each(SERVICES)('includes every file that the service loads in the image of %s', (service) => {
  const copied = [...SHARED, `services/${service}`];
  const missing = [...loadedFiles(`services/${service}/main.ts`)].filter(
    (file) => !copied.some((path) => file === path || file.startsWith(`${path}/`)),
  );
  expect(missing).toEqual([]);
});

test('copies every file that a tag depends on into the image', () => {
  const dockerfile = readFileSync(join(ROOT, 'services/Dockerfile'), 'utf8');
  const ignore = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  for (const path of SHARED.filter((one) => /^(mesh|services\/(kit|proto))/.test(one))) {
    expect(dockerfile).toContain(`COPY ${path} ${path}\n`);
    if (!path.startsWith('services/kit')) expect(ignore).toContain(`!${path}`);
  }
});
