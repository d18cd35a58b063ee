import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseQuantity } from './parse-quantity.ts';

const POLL_INTERVAL_MS = 1_000;

/**
 * Polls the memory of a process and calls `onExceeded` once if it exceeds `limit`, where a cgroup limit would kill the
 * container. Counts anonymous pages only: the kernel can reclaim file pages. Does nothing on systems without /proc.
 *
 * @param limit Kubernetes quantity; undefined for no limit
 */
export async function watchMemory(
  pid: number,
  limit: string | number | undefined,
  signal: AbortSignal,
  onExceeded: (usedMiB: number, limitMiB: number) => void,
): Promise<void> {
  if (limit === undefined) return;
  const limitMiB = parseQuantity(limit) / 2 ** 20;
  while (!signal.aborted) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => undefined);
    if (status === undefined || signal.aborted) return;
    const usedMiB = Math.ceil(Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024);
    if (usedMiB > limitMiB) return onExceeded(usedMiB, limitMiB);
    await delay(POLL_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}
