const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no write permission: change its owner or choose another folder',
  EPERM: 'no write permission: change its owner or choose another folder',
  EROFS: 'the file system is read-only: choose another folder',
  ENOSPC: 'the disk is full: free some space, then start again',
  EDQUOT: 'the disk quota is exceeded: free some space, then start again',
  ENOTDIR: 'a part of its path is a file: choose another folder',
  EISDIR: 'a folder is in the place of a file: remove it or choose another folder',
  EEXIST: 'a file is in its place: remove it or choose another folder',
  ELOOP: 'its symbolic links form a cycle: choose another folder',
  ENAMETOOLONG: 'its path is too long: choose another folder',
  EMFILE: 'too many open files: raise ulimit -n',
  ENFILE: 'too many open files on this machine: close other programs',
};

/**
 * Converts a file system error to one that explains why `folder`, or the file named by the error, cannot be written.
 * Returns any other error unchanged.
 */
export function folderError(folder: string, error: unknown): unknown {
  const { code = '', path = folder, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && syscall === 'mkdtemp')
    return new Error(
      `${path}: the folder for temporary files does not exist: set TMPDIR to an existing folder`,
      {
        cause: error,
      },
    );
  // Node reports ENOENT if it cannot create a parent folder on a read-only file system.
  const reason = code === 'ENOENT' && syscall === 'mkdir' ? REASONS.EROFS : REASONS[code];
  return reason ? new Error(`${path}: ${reason}`, { cause: error }) : error;
}
