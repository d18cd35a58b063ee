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

/** Files below the root that `file` loads at run time, itself among them. */
function loaded(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  const known = imports.get(file) ?? importedBy(file);
  imports.set(file, known);
  for (const one of known) loaded(one, found);
  return found;
}

function importedBy(file: string): readonly string[] {
  return importsOf(readFileSync(join(ROOT, file), 'utf8'))
    .filter(({ from, isType }) => !isType && from.startsWith('.') && from.endsWith('.ts'))
    .map(({ from }) => relative(ROOT, join(ROOT, dirname(file), from)));
}

test.each(SERVICES)('the image of %s has every file that the service loads', (service) => {
  const copied = [...SHARED, `services/${service}`];
  const missing = [...loaded(`services/${service}/main.ts`)].filter(
    (file) => !copied.some((path) => file === path || file.startsWith(`${path}/`)),
  );
  expect(missing).toEqual([]);
});

test('services/Dockerfile and .dockerignore let in what tags are computed from', () => {
  const dockerfile = readFileSync(join(ROOT, 'services/Dockerfile'), 'utf8');
  const ignore = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  for (const path of SHARED.filter((one) => /^(mesh|services\/(kit|proto))/.test(one))) {
    expect(dockerfile).toContain(`COPY ${path} ${path}\n`);
    if (!path.startsWith('services/kit')) expect(ignore).toContain(`!${path}`);
  }
});
