import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transform } from '@swc/core';

/** An import of another file, as swc writes it. */
const REQUIRE = /\brequire\("(\.{1,2}\/[^"]+\.ts)"\)/g;

/**
 * Bundles a TypeScript module and the modules that it imports by relative path into one script for browsers. Imports of
 * types are removed. Replaces a bundler, because the page has a handful of files and no packages.
 *
 * @param entry absolute path of the module that runs first
 * @throws Error if a file is missing, or has a syntax error
 */
export async function bundleScript(entry: string): Promise<string> {
  const modules = new Map<string, string>();
  await addModule(entry, modules);
  const definitions = [...modules].map(
    ([path, code]) => `${JSON.stringify(path)}: (exports, require) => {\n${code}\n}`,
  );
  return `(() => {
const modules = {
${definitions.join(',\n')}
};
const loaded = {};
const load = (path) => {
  if (!loaded[path]) modules[path]((loaded[path] = {}), load);
  return loaded[path];
};
load(${JSON.stringify(entry)});
})();`;
}

async function addModule(path: string, modules: Map<string, string>): Promise<void> {
  if (modules.has(path)) return;
  modules.set(path, '');
  const { code } = await transform(await readFile(path, 'utf8'), {
    configFile: false,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs', strict: true, noInterop: true },
  });
  const resolved = code.replaceAll(
    REQUIRE,
    (_, specifier: string) => `require(${JSON.stringify(join(dirname(path), specifier))})`,
  );
  modules.set(path, resolved);
  for (const [, specifier = ''] of code.matchAll(REQUIRE))
    await addModule(join(dirname(path), specifier), modules);
}
