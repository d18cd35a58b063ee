import { readFile } from 'node:fs/promises';
import { VERSIONS_FILE } from '../../charts/versions.ts';
import { ProgramError, runProgram } from '../../scripts/process/run-program.ts';
import { ROOT } from '../../scripts/process/run-tool.ts';

export interface VerbOutput {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of `npm run` to its end. */
export async function runVerb(verb: string, ...args: readonly string[]): Promise<VerbOutput> {
  let stderr = '';
  const onLine = (line: string) => {
    stderr += `${line}\n`;
  };
  try {
    const options = { cwd: ROOT, onLine };
    const stdout = await runProgram(process.execPath, [`scripts/${verb}.ts`, ...args], options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout } = error as ProgramError;
    if (error instanceof ProgramError) return { code, stdout, stderr };
    throw error;
  }
}

/** Returns the text of charts/versions.json. */
export function versionsText(): Promise<string> {
  return readFile(VERSIONS_FILE, 'utf8');
}
