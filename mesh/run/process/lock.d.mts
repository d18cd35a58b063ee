/** Takes a lock file. @see lock.mjs */
export function tryLock(file: string): { readonly release: () => void } | { readonly holder: number };

/** When a process started, and whether it is a zombie; undefined when nothing is known of it. */
export function stateOf(pid: number): { readonly start: string; readonly isZombie: boolean } | undefined;
