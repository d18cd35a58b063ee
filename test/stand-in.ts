import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Recorded behavior of a program. */
export interface Recorded {
  /** Part of the arguments that selects this behavior. @default all arguments */
  readonly when?: string;
  /** @default nothing */
  readonly stdout?: string;
  /** @default nothing */
  readonly stderr?: string;
  /** @default 0 */
  readonly code?: number;
  /** Whether it never ends, and ignores SIGTERM. @default false */
  readonly hangs?: boolean;
}

export interface StandIn {
  /** Options of `runProgram` that put the programs first on the PATH. */
  readonly options: { readonly variables: { readonly PATH: string } };
  remove(): Promise<void>;
}

/** Creates programs that print recorded output. The first matching `when` applies. */
export async function standIn(programs: Readonly<Record<string, readonly Recorded[]>>): Promise<StandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-stand-in-'));
  for (const [name, answers] of Object.entries(programs)) {
    const cases = answers.map(async (recorded, index) => {
      const file = join(folder, `${name}-${index}`);
      await writeFile(`${file}.out`, recorded.stdout ?? '');
      await writeFile(`${file}.err`, recorded.stderr ?? '');
      const wait = recorded.hangs ? `trap '' TERM; while :; do sleep 0.05; done; ` : '';
      const act = `${wait}cat '${file}.out'; cat '${file}.err' >&2; exit ${recorded.code ?? 0}`;
      return `*'${recorded.when ?? ''}'*) ${act} ;;`;
    });
    const unknown = '*) echo "no answer is recorded for $*" >&2; exit 64 ;;';
    const script = ['#!/bin/sh', 'case "$*" in', ...(await Promise.all(cases)), unknown, 'esac', ''];
    await writeFile(join(folder, name), script.join('\n'));
    await chmod(join(folder, name), 0o755);
  }
  const PATH = `${folder}${delimiter}${process.env.PATH ?? ''}`;
  return {
    options: { variables: { PATH } },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
