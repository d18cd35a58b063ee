import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { imageTags } from './image-tags.ts';
import { tryParseJson } from './process/read-json.ts';

/** Loads the modules of the kit that services load only with certain settings. */
const LAZY_MODULES = 'services/kit/service/lazy-modules.ts';
const MAIN = /^services\/([^/]+)\/main\.ts$/;
/** Limit for a service to load its modules, in milliseconds. */
const COMPILE_TIMEOUT_MS = 60_000;
const TAGS = z.record(z.string(), z.string()).catch({});

/** Returns the value of NODE_COMPILE_CACHE in a checkout, which the npm scripts use as well. */
export function compileCache(root: string): string {
  return join(root, 'node_modules/.cache/node');
}

/**
 * Compiles the modules of services into `cache`, as services/Dockerfile does. Starts each service without settings, so
 * that it loads its modules and exits. A process with compiled modules does not load Node's type stripper, which would
 * occupy about 25 MiB for the life of the process. Skips services whose sources have not changed.
 *
 * @param root the checkout
 * @param scripts paths below `root`; all but the main modules of services are ignored
 * @param cache value of NODE_COMPILE_CACHE
 */
export async function compileServices(
  root: string,
  scripts: readonly string[],
  cache: string,
  signal: AbortSignal,
): Promise<void> {
  const services = scripts.flatMap((script) => MAIN.exec(script)?.[1] ?? []);
  if (services.length === 0) return;
  const file = join(cache, `services-${process.version}.json`);
  const compiledTags = TAGS.parse(tryParseJson(await readFile(file, 'utf8').catch(() => '')));
  // If a service has no folder, its start reports the error.
  const tags = await imageTags(services, root).catch(() => undefined);
  if (!tags) return;
  const staleServices = services.filter((service) => compiledTags[service] !== tags[service]);
  if (staleServices.length === 0) return;
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: cache };
  const compile = (script: string) =>
    new Promise<void>((resolve) => {
      // If a service cannot be loaded, its start reports the error.
      execFile(process.execPath, [script], { cwd: root, env, timeout: COMPILE_TIMEOUT_MS, signal }, () =>
        resolve(),
      );
    });
  const mains = staleServices.map((service) => `services/${service}/main.ts`);
  await Promise.all([LAZY_MODULES, ...mains].map(compile));
  if (signal.aborted) return;
  // Services also run without the cache, so a read-only folder is not an error.
  await mkdir(cache, { recursive: true })
    .then(() => writeFile(file, JSON.stringify({ ...compiledTags, ...tags })))
    .catch(() => {});
}
