import { spawn } from 'node:child_process';
import { chown, mkdir, mkdtemp, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderError } from '../process/folder-error.ts';
import { canEnter, type PostgresAccount, temporaryFolder } from './account.ts';
import type { Binaries } from './binaries.ts';
import { postgresError } from './postgres-error.ts';

/** Data folder of a Postgres server. */
export interface DataFolder {
  /** Value of the option `-D`. */
  readonly argument: string;
  /** Descriptor of the folder for the child process, if the account cannot reach the folder by its path. */
  readonly descriptor: number | undefined;
  /** Closes the descriptor. */
  close(): Promise<void>;
}

/** Path at which a child process finds the folder that `spawn` passes as descriptor 4. */
const INHERITED_FOLDER = '/proc/self/fd/4';

/**
 * Creates a database cluster in `folder` if there is none: UTF-8, sorted by code point, with the superuser `postgres`.
 * Atomic: a failure leaves no partial cluster.
 *
 * @throws Error if the folder cannot be written, or the disk is full
 */
export async function createCluster(
  binaries: Binaries,
  folder: string,
  superuserPassword: string,
  account: PostgresAccount | undefined,
): Promise<void> {
  if (await stat(join(folder, 'PG_VERSION')).catch(() => undefined)) return;
  const draft = `${folder}.new`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw folderError(folder, error);
  }
  const scratch = await mkdtemp(join(await temporaryFolder(account), 'weft-initdb-'));
  const passwordFile = join(scratch, 'password');
  await writeFile(passwordFile, superuserPassword, { mode: 0o600 });
  if (account) {
    for (const path of [draft, scratch, passwordFile]) await chown(path, account.uid, account.gid);
  }
  const data = await openDataFolder(draft, account);
  try {
    await run(
      join(binaries, 'bin/initdb'),
      [
        `--pgdata=${data.argument}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--no-sync',
        '--no-instructions',
      ],
      data.descriptor,
      account,
    );
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    await data.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Opens `folder` for Postgres. If `account` may not enter a parent of the folder, such as /root, Postgres inherits an
 * open descriptor instead of the path.
 *
 * @throws Error if a descriptor is needed on a system other than Linux
 */
export async function openDataFolder(
  folder: string,
  account: PostgresAccount | undefined,
): Promise<DataFolder> {
  if (!account || (await canEnter(account, folder))) {
    return { argument: folder, descriptor: undefined, close: async () => {} };
  }
  if (process.platform !== 'linux') {
    throw new Error(
      `postgres refuses to run as root, and user ${account.uid} cannot enter ${folder}: run as another user`,
    );
  }
  const handle = await open(folder);
  return { argument: INHERITED_FOLDER, descriptor: handle.fd, close: () => handle.close() };
}

async function run(
  program: string,
  args: readonly string[],
  folder: number | undefined,
  account: PostgresAccount | undefined,
): Promise<void> {
  const child = spawn(program, args, {
    ...account,
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe', 'ignore', folder ?? 'ignore'],
  });
  const output: string[] = [];
  child.stderr?.on('data', (chunk) => output.push(String(chunk)));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(postgresError('initdb failed', output.join(''))),
    );
  });
}
