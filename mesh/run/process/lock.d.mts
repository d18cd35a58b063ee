/** Acquires a lock file. @see lock.mjs */
export function tryLock(file: string): { readonly release: () => void } | { readonly holder: number };

/** Returns when a process started and whether it is a zombie; undefined if the process is not visible. */
export function stateOf(pid: number): { readonly start: string; readonly isZombie: boolean } | undefined;
