import { statSync } from 'node:fs';

/**
 * Calls `onChange` after the first interval and whenever the file at `path` is replaced or modified. It polls, because
 * fs.watch loses a file that is replaced by renaming, as Kubernetes replaces mounted files, and fs.watchFile misses a
 * change before its own first poll.
 * @param intervalMs milliseconds between two polls
 * @returns a function that stops the polling
 */
export function watchFile(path: string, intervalMs: number, onChange: () => void): () => void {
  let lastSignature: string | undefined;
  const timer = setInterval(() => {
    const signature = readSignature(path);
    if (signature === lastSignature) return;
    lastSignature = signature;
    onChange();
  }, intervalMs).unref();
  return () => clearInterval(timer);
}

function readSignature(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeNs}` : 'missing';
}
