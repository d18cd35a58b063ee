import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const FOLDER = new URL('../../../../services/kit/events/', import.meta.url);

const PG = new URL('../../../../node_modules/pg/esm/index.mjs', import.meta.url).pathname;

/** What is written otherwise than it is. */
export type Mutation = readonly [is: string | RegExp, wrong: string];

/**
 * A module of services/kit/events/ built wrong on purpose: its own source, but for some places, beside all that it
 * imports.
 * @throws Error when the source has no such place any more
 */
export async function builtWrong<T>(file: string, mutations: readonly Mutation[]): Promise<T> {
  const path = new URL(file, FOLDER);
  let source = readFileSync(path, 'utf8');
  for (const [is, wrong] of mutations) {
    const changed = source.replace(is, () => wrong);
    if (changed === source)
      throw new Error(`${file} has no '${is}' to be built wrong; say where that is now`);
    source = changed;
  }
  // A module that lies nowhere finds nothing by itself.
  const script = stripTypeScriptTypes(source)
    .replaceAll(/from '(\.[^']+)'/g, (_, from: string) => `from '${new URL(from, path).pathname}'`)
    .replace("from 'pg'", `from '${PG}'`);
  return await import(`data:text/javascript,${encodeURIComponent(script)}`);
}
