import { statSync } from 'node:fs';

/**
 * Calls `look` soon, and whenever the file at `path` is another one. Looks at its stat every `intervalMs`: fs.watch loses
 * a file that is replaced by renaming, as Kubernetes replaces those that it mounts, and fs.watchFile a change that comes
 * before its own first look.
 * @returns what ends it
 */
export function watchFile(path: string, intervalMs: number, look: () => void): () => void {
  let seen: string | undefined;
  const timer = setInterval(() => {
    const now = signature(path);
    if (now === seen) return;
    seen = now;
    look();
  }, intervalMs).unref();
  return () => clearInterval(timer);
}

function signature(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : 'gone';
}
