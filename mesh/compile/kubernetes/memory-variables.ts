import type { Size } from '../../graph/environment.ts';

/** Share of the memory for V8's old space. Code, buffers, stacks and native libraries use the rest. */
const OLD_SPACE_SHARE = 0.45;
/** Share of the memory for a semi-space. V8's young generation has up to three. Larger ones save few collections. */
const SEMI_SPACE_SHARE = 1 / 12;
const MAX_SEMI_SPACE_MIB = 16;

/**
 * Returns the environment variables that keep a Node process within its memory limit, inside and outside of a pod.
 *
 * By default, Node 24 allows 256 MiB of old space and 1 MiB of semi-space under every limit up to 512 MiB. A smaller
 * pod is killed before V8 collects garbage thoroughly. Outside of a container, the default is gigabytes.
 *
 * Under a small limit V8 collects often. By default Node starts four threads for garbage collection and compilation.
 * Where services share few cores, these threads compete with each other and with the main thread, so each service gets
 * one.
 *
 * By default, glibc raises its malloc thresholds to the size of freed blocks, and then keeps such blocks: the 19 MiB of
 * a password hash for each thread. Setting a threshold disables this adjustment (mallopt(3)).
 */
export function memoryVariables({ memoryMiB }: Pick<Size, 'memoryMiB'>): Readonly<Record<string, string>> {
  const oldMiB = Math.floor(memoryMiB * OLD_SPACE_SHARE);
  // V8 rounds the size up to a power of two.
  const semiMiB = 2 ** Math.floor(Math.log2(Math.min(memoryMiB * SEMI_SPACE_SHARE, MAX_SEMI_SPACE_MIB)));
  return {
    NODE_OPTIONS: `--max-old-space-size=${oldMiB} --max-semi-space-size=${semiMiB} --v8-pool-size=1`,
    MALLOC_MMAP_THRESHOLD_: String(2 ** 20),
    MALLOC_TRIM_THRESHOLD_: String(2 ** 22),
  };
}
