const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'it cannot be written: change its owner or choose another folder',
  EPERM: 'it cannot be written: change its owner or choose another folder',
  EROFS: 'it lies on a file system that is read-only: choose another folder',
  ENOSPC: 'the disk is full: make room, then start again',
  EDQUOT: 'the quota is used up: make room, then start again',
  ENOTDIR: 'a part of its path is a file: choose another folder',
  EISDIR: 'a folder is in the place of a file: remove it or choose another folder',
  EEXIST: 'a file is in its place: remove it or choose another folder',
  ELOOP: 'its symbolic links go in a circle: choose another folder',
  ENAMETOOLONG: 'its path is too long: choose another folder',
  EMFILE: 'too many files are open: raise ulimit -n',
  ENFILE: 'too many files are open on this machine: close other programs',
};

/** Says in plain words why `folder`, or the file in it that the error names, could not be written; other errors stay as they are. */
export function folderError(folder: string, error: unknown): unknown {
  const { code = '', path = folder, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && syscall === 'mkdtemp')
    return new Error(`${path}: there is no folder for temporary files: set TMPDIR to one that exists`, {
      cause: error,
    });
  // So Node says it when a folder above cannot be made on a read-only file system.
  const reason = code === 'ENOENT' && syscall === 'mkdir' ? REASONS.EROFS : REASONS[code];
  return reason ? new Error(`${path}: ${reason}`, { cause: error }) : error;
}
