import { mkdir, readFile, statfs } from 'node:fs/promises';
import { ProgramError, runProgram } from '../../../process/run-program.ts';

/** A tmpfs mounted on a folder, so that it can be filled without filling another disk. */
export interface Disk {
  /** Shrinks the disk to the space in use. @returns a function that restores its size */
  fill(): Promise<() => Promise<void>>;
  /** Unmounts the disk and discards its contents. */
  remove(): Promise<void>;
}

/** More than a run needs. Unused space takes no memory. */
const SIZE = '16g';
/** A remount fails if a concurrent write has taken space since it was measured. */
const MAX_ATTEMPTS = 20;
/** Bit of CAP_SYS_ADMIN. Source: capabilities(7), linux/capability.h. */
const SYS_ADMIN = 21n;

/** Whether this process has the capability to mount file systems: on Linux, as root. A container may still refuse. */
export async function canMount(status = '/proc/self/status'): Promise<boolean> {
  const text = await readFile(status, 'utf8').catch(() => '');
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(text)?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> SYS_ADMIN) & 1n) === 1n;
}

/** Mounts a disk on a folder. @throws Error with the option to use instead if it cannot be mounted */
export async function mountDisk(folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true });
  // A run that was killed leaves its disk mounted.
  await runProgram('umount', ['--lazy', folder]).catch(() => {});
  try {
    await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=755`, 'weft-chaos', folder]);
  } catch (error) {
    const reason = error instanceof ProgramError ? error.stderr.trim() : String(error);
    throw new Error(`cannot mount a tmpfs on ${folder}; use --full-disks 0 (${reason})`, { cause: error });
  }
  const resize = (size: string | number) => runProgram('mount', ['-o', `remount,size=${size}`, folder]);
  const shrink = async () => {
    const { blocks, bfree, bsize } = await statfs(folder);
    await resize((blocks - bfree) * bsize);
  };
  // Overlapping faults: the disk stays full until the last of them is over.
  let activeFaults = 0;
  return {
    async fill() {
      activeFaults++;
      for (let attempt = 1; activeFaults === 1; attempt++) {
        try {
          await shrink();
          break;
        } catch (error) {
          if (attempt === MAX_ATTEMPTS) throw error;
        }
      }
      return async () => {
        if (--activeFaults === 0) await resize(SIZE);
      };
    },
    async remove() {
      await runProgram('umount', ['--lazy', folder]);
    },
  };
}
