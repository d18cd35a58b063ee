import type { Size } from '../../graph/environment.ts';

/** Share of the memory for long-lived objects of JavaScript. Code, buffers, stacks and native libraries take the rest. */
const OLD_SPACE_SHARE = 0.45;
/** V8 keeps up to three times this for young objects. Larger ones cost memory and save few collections. */
const SEMI_SPACE_SHARE = 1 / 12;
const MAX_SEMI_SPACE_MIB = 16;

/**
 * Returns the variables that keep a Node process within its memory limit, in a pod and outside of one.
 *
 * By itself, Node 24 takes 256 MiB of old space and 1 MiB of semi-space under every limit up to 512 MiB, so that a
 * smaller pod is killed before V8 collects in earnest; outside of a container it takes gigabytes.
 *
 * Under a small limit V8 collects often. By default Node starts four threads for garbage collection and compilation. Where
 * services share few cores, these threads compete with each other and with the main thread, so each service gets one.
 *
 * glibc raises its thresholds with the size of what is freed, and then keeps such blocks: the 19 MiB of a password hash
 * for each thread. A threshold that is set stays (mallopt(3)).
 */
export function memoryVariables({ memoryMiB }: Pick<Size, 'memoryMiB'>): Readonly<Record<string, string>> {
  const oldMiB = Math.floor(memoryMiB * OLD_SPACE_SHARE);
  // V8 takes the next higher power of two.
  const semiMiB = 2 ** Math.floor(Math.log2(Math.min(memoryMiB * SEMI_SPACE_SHARE, MAX_SEMI_SPACE_MIB)));
  return {
    NODE_OPTIONS: `--max-old-space-size=${oldMiB} --max-semi-space-size=${semiMiB} --v8-pool-size=1`,
    MALLOC_MMAP_THRESHOLD_: String(2 ** 20),
    MALLOC_TRIM_THRESHOLD_: String(2 ** 22),
  };
}
