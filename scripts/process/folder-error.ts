const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'it cannot be written: change its owner or choose another folder',
  EPERM: 'it cannot be written: change its owner or choose another folder',
  EROFS: 'it lies on a file system that is read-only: choose another folder',
  ENOSPC: 'the disk is full: make room, then start again',
  EDQUOT: 'the quota is used up: make room, then start again',
  ENOTDIR: 'a part of its path is a file: choose another folder',
  EISDIR: 'a folder is in the place of a file: remove it or choose another folder',
  EEXIST: 'a file is in its place: remove it or choose another folder',
};

/** Says in plain words why `folder` could not be written; other errors stay as they are. */
export function folderError(folder: string, error: unknown): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
  return reason ? new Error(`${folder}: ${reason}`, { cause: error }) : error;
}
