import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { imageTags } from './image-tags.ts';
import { tryParseJson } from './process/read-json.ts';

const MAIN = /^services\/([^/]+)\/main\.ts$/;
/** Longest time that a service may take to load its modules, in milliseconds. */
const COMPILE_TIMEOUT_MS = 60_000;
const TAGS = z.record(z.string(), z.string()).catch({});

/** Value of NODE_COMPILE_CACHE in a checkout. The verbs of npm have the same. */
export function compileCache(root: string): string {
  return join(root, 'node_modules/.cache/node');
}

/**
 * Compiles the modules of services into `cache`, as services/Dockerfile does: without settings, a service loads its
 * modules and ends. A process that finds its modules compiled does not load Node's type stripper, which takes about
 * 25 MiB until the process ends. Services whose sources were compiled before are left out.
 *
 * @param root the checkout
 * @param scripts paths below `root`. Those that are not the main module of a service are left out
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
  // A service that has no folder reports its error when it is started.
  const tags = await imageTags(services, root).catch(() => undefined);
  if (!tags) return;
  const staleServices = services.filter((service) => compiledTags[service] !== tags[service]);
  if (staleServices.length === 0) return;
  const env = { PATH: process.env.PATH, NODE_COMPILE_CACHE: cache };
  const compile = (service: string) =>
    new Promise<void>((resolve) => {
      const words = [`services/${service}/main.ts`];
      // A service that cannot be loaded reports its error when it is started.
      execFile(process.execPath, words, { cwd: root, env, timeout: COMPILE_TIMEOUT_MS, signal }, () =>
        resolve(),
      );
    });
  await Promise.all(staleServices.map(compile));
  if (signal.aborted) return;
  // Node works without its cache where it cannot write it.
  await mkdir(cache, { recursive: true })
    .then(() => writeFile(file, JSON.stringify({ ...compiledTags, ...tags })))
    .catch(() => {});
}
