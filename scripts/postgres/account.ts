import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The user and group that Postgres runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The id of `nobody`, which needs no entry in /etc/passwd. */
const NOBODY = 65_534;

/** Whom to run Postgres as; undefined when we may ourselves. Postgres refuses to run as root. */
export function postgresAccount(): Account | undefined {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
}

/** Whether `account` may enter `folder` and every folder above it. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  const { uid, gid, mode } = await stat(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canEnter(account, parent);
}
