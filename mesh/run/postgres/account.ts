import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

/** The user and group that Postgres runs as. */
export interface PostgresAccount {
  readonly uid: number;
  readonly gid: number;
}

/** The id of `nobody`, which needs no entry in /etc/passwd. */
const NOBODY = 65_534;

/**
 * Returns the account that Postgres runs as; undefined when it is the account of this process. Postgres refuses to run
 * as root.
 *
 * @throws Error when this process is root, in a container or user namespace that has no other user
 */
export function postgresAccount(): PostgresAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const uid = mappedId(NOBODY, idMap('uid'));
  const gid = mappedId(NOBODY, idMap('gid'));
  if (uid !== undefined && gid !== undefined) return { uid, gid };
  throw new Error(
    'Postgres does not run as root, and there is no other user in this container or user namespace: run as another user, or map more user ids (/etc/subuid)',
  );
}

/**
 * Returns `preferred` where a user namespace has it, else another id than root's.
 *
 * @param map lines of `/proc/self/uid_map`, user_namespaces(7): the first id, the first id outside, and how many
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

/** Every id is mapped where there are no user namespaces. */
function idMap(kind: 'uid' | 'gid'): string {
  try {
    return readFileSync(`/proc/self/${kind}_map`, 'utf8');
  } catch {
    return `0 0 ${2 ** 32 - 1}`;
  }
}

/** Whether `account` may enter `folder` and every folder above it. */
export async function canEnter(account: PostgresAccount, folder: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canEnter(account, parent);
}

/**
 * Returns a folder for temporary files that `account` may enter: TMPDIR, else one that is open to every user.
 *
 * @throws Error when there is none
 */
export async function temporaryFolder(account: PostgresAccount | undefined): Promise<string> {
  const preferred = tmpdir();
  if (!account) return preferred;
  for (const folder of [preferred, '/tmp', '/var/tmp']) {
    if (await canEnter(account, folder).catch(() => false)) return folder;
  }
  throw new Error(
    `${preferred} cannot be entered by user ${account.uid}, whom root runs Postgres as: set TMPDIR to a folder that is open to all`,
  );
}
