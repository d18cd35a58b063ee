import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

/** User and group of the Postgres process. */
export interface PostgresAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Id of the user and group `nobody`. It needs no entry in /etc/passwd. */
const NOBODY = 65_534;

/**
 * Returns the account that Postgres runs as; undefined to use the account of this process. Postgres refuses to run as
 * root, so a process of root needs another account.
 *
 * @throws Error if this process is root in a container or user namespace without other users
 */
export function postgresAccount(): PostgresAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const uid = mappedId(NOBODY, idMap('uid'));
  const gid = mappedId(NOBODY, idMap('gid'));
  if (uid !== undefined && gid !== undefined) return { uid, gid };
  throw new Error(
    'postgres refuses to run as root, and this container or user namespace has no other user: run as another user, or map more user ids (/etc/subuid)',
  );
}

/**
 * Returns `preferred` if the user namespace maps it, else another id except that of root.
 *
 * @param map contents of `/proc/self/uid_map`: first id inside, first id outside, and count per line; see
 *   user_namespaces(7)
 */
export function mappedId(preferred: number, map: string): number | undefined {
  const ranges = map
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([first = 0, , count = 0]) => ({ first, end: first + count }));
  if (ranges.some(({ first, end }) => first <= preferred && preferred < end)) return preferred;
  return ranges.map(({ first, end }) => (first > 0 ? first : end - 1)).find((id) => id > 0);
}

/** Returns the id map of this process. Systems without user namespaces map every id. */
function idMap(kind: 'uid' | 'gid'): string {
  try {
    return readFileSync(`/proc/self/${kind}_map`, 'utf8');
  } catch {
    return `0 0 ${2 ** 32 - 1}`;
  }
}

/** Returns whether `account` may enter `folder` and all its parents. */
export async function canEnter(account: PostgresAccount, folder: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canEnter(account, parent);
}

/**
 * Returns a folder for temporary files that `account` may enter: TMPDIR, else one that is open to all users.
 *
 * @throws Error if there is none
 */
export async function temporaryFolder(account: PostgresAccount | undefined): Promise<string> {
  const preferred = tmpdir();
  if (!account) return preferred;
  for (const folder of [preferred, '/tmp', '/var/tmp']) {
    if (await canEnter(account, folder).catch(() => false)) return folder;
  }
  throw new Error(
    `user ${account.uid}, which runs Postgres for root, cannot enter ${preferred}: set TMPDIR to a folder that is open to all users`,
  );
}
