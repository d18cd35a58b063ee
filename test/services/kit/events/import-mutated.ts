import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const FOLDER = new URL('../../../../services/kit/events/', import.meta.url);

const PG = new URL('../../../../node_modules/pg/esm/index.mjs', import.meta.url).pathname;

/** A replacement in the source text. */
export type Mutation = readonly [text: string | RegExp, replacement: string];

/**
 * Imports a module of services/kit/events/ with deliberate mutations of its source.
 * @throws Error when the source does not contain the text of a mutation
 */
export async function importMutated<T>(file: string, mutations: readonly Mutation[]): Promise<T> {
  const path = new URL(file, FOLDER);
  let source = readFileSync(path, 'utf8');
  for (const [text, replacement] of mutations) {
    const changed = source.replace(text, () => replacement);
    if (changed === source) throw new Error(`${file} has no '${text}' to mutate; update the mutation`);
    source = changed;
  }
  // A data URL cannot resolve relative imports.
  const script = stripTypeScriptTypes(source)
    .replaceAll(/from '(\.[^']+)'/g, (_, from: string) => `from '${new URL(from, path).pathname}'`)
    .replace("from 'pg'", `from '${PG}'`);
  return await import(`data:text/javascript,${encodeURIComponent(script)}`);
}
