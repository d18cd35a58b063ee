import { expect, test } from '@jest/globals';
import { ProgramError, runProgram } from '../../../scripts/process/run-program.ts';

const node = (script: string) => [process.execPath, ['-e', script]] as const;

test('returns the output of a program, and passes its input', async () => {
  expect(await runProgram(...node('process.stdin.pipe(process.stdout)'), { input: 'words' })).toBe('words');
});

test('reports each line while the program runs', async () => {
  const lines: string[] = [];
  await runProgram(...node('console.log("a\\nb"); process.stdout.write("c")'), {
    onLine: (line) => lines.push(line),
  });
  expect(lines).toEqual(['a', 'b', 'c']);
});

test('rejects with the exit code and the output of a failed program', async () => {
  const error = await runProgram(...node('console.error("no such pod"); process.exit(3)')).catch((e) => e);
  expect(error).toBeInstanceOf(ProgramError);
  expect(error).toMatchObject({
    code: 3,
    stderr: 'no such pod\n',
    message: expect.stringContaining('no such pod'),
  });
});

test('names a missing program with a fix', async () => {
  await expect(runProgram('no-such-program', [])).rejects.toThrow('no-such-program is not found: install it');
});

test('stops a program by its signal', async () => {
  const stop = new AbortController();
  const running = runProgram(...node('console.log("on"); setInterval(() => {}, 1000)'), {
    signal: stop.signal,
    onLine: () => stop.abort(),
  });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
});
