import { mkdir, readFile, statfs } from 'node:fs/promises';
import { ProgramError, runProgram } from '../../../process/run-program.ts';

/** A disk of its own for a folder. It lies in memory, so that no other disk has to be filled. */
export interface Disk {
  /** Takes away all the room that is left. @returns what gives it back */
  fill(): Promise<() => Promise<void>>;
  /** Forgets what is in the folder. */
  remove(): Promise<void>;
}

/** More than a run needs; what is not used takes no memory. */
const SIZE = '16g';
/** Whoever writes meanwhile may have taken more than was there to be seen. */
const TRIES = 20;
/** Bit of CAP_SYS_ADMIN. Source: capabilities(7), linux/capability.h. */
const SYS_ADMIN = 21n;

/** Whether this process may mount a file system: on Linux, as root. A container may still refuse. */
export async function mayMount(status = '/proc/self/status'): Promise<boolean> {
  const text = await readFile(status, 'utf8').catch(() => '');
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(text)?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> SYS_ADMIN) & 1n) === 1n;
}

/** @throws Error when it cannot be mounted, with what to do instead */
export async function openDisk(folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true });
  // Of a run that was ended without a word.
  await runProgram('umount', ['--lazy', folder]).catch(() => {});
  try {
    await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=755`, 'weft-chaos', folder]);
  } catch (error) {
    const reason = error instanceof ProgramError ? error.stderr.trim() : String(error);
    throw new Error(`a disk for ${folder} cannot be mounted: use --full-disks 0 (${reason})`, {
      cause: error,
    });
  }
  const resize = (size: string | number) => runProgram('mount', ['-o', `remount,size=${size}`, folder]);
  const fillOnce = async () => {
    const { blocks, bfree, bsize } = await statfs(folder);
    await resize((blocks - bfree) * bsize);
  };
  // Two that overlap are one that is longer.
  let full = 0;
  return {
    async fill() {
      full++;
      for (let tries = 1; full === 1; tries++) {
        try {
          await fillOnce();
          break;
        } catch (error) {
          if (tries === TRIES) throw error;
        }
      }
      return async () => {
        if (--full === 0) await resize(SIZE);
      };
    },
    async remove() {
      await runProgram('umount', ['--lazy', folder]);
    },
  };
}
