import { expect, test } from '@jest/globals';
import { ProgramError, runProgram } from '../../../scripts/process/run-program.ts';

const VERB = 'test/scripts/process/failing-verb.ts';

async function run(...args: readonly string[]) {
  try {
    return { code: 0, stdout: await runProgram(process.execPath, [VERB, ...args]), stderr: '' };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const { code, stdout, stderr } = error;
    return { code, stdout, stderr };
  }
}

test('exits with the code that the verb returns', async () => {
  expect(await run('no', 'failure')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await run('own', 'code')).toEqual({ code: 3, stdout: '', stderr: '' });
});

test.each([
  ['own error', 1, 'error: there is no cluster weft: npm run kind:up makes it\n'],
  ['wrong option', 2, "error: --rate 'x' must be a whole number\n"],
  ['no file', 1, "error: ENOENT: no such file or directory, open '/nowhere/at-all'\n"],
  ['stopped', 130, 'error: stopped\n'],
])('reports %s in one line', async (words, code, stderr) => {
  expect(await run(...words.split(' '))).toEqual({ code, stdout: '', stderr });
});

test('reports a failed connection with its cause', async () => {
  const { code, stderr } = await run('no', 'server');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: fetch failed: \S.*\n$/);
});

const NULL_ITEM = "TypeError: Cannot read properties of null (reading 'endsWith')";

test.each([
  ['null item', NULL_ITEM],
  ['quoted null item', `Error: the apply failed: ${NULL_ITEM.slice('TypeError: '.length)}`],
  ['no error', 'a text was thrown'],
  ['no message', 'Error: '],
  ['callback', 'SyntaxError: Unexpected token'],
  ['not awaited', 'TypeError: x is not iterable'],
])('reports %s as a bug, with the data to report', async (words, message) => {
  const { code, stdout, stderr } = await run(...words.split(' '));
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const [first, second, ...others] = stderr.split('\n');
  expect(first).toContain(`error: unexpected failure: ${message}`);
  expect(second).toBe(
    'This is a bug in Weft: run the command again with --verbose, and report it with the command and its stack',
  );
  expect(others).toEqual(['']);
});

test('names the source line of a bug', async () => {
  const { stderr } = await run('null', 'item');
  expect(stderr).toMatch(/\(test\/scripts\/process\/failing-verb\.ts:\d+\)\n/);
});

test('adds the stack and causes with --verbose', async () => {
  const bug = await run('null', 'item', '--verbose');
  expect(bug.stderr).toContain('report it with the command and this stack:\nTypeError: Cannot read');
  expect(bug.stderr).toMatch(/\n {4}at .*failing-verb\.ts:\d+/);
  const own = await run('own', 'error', '--verbose');
  expect(own.stderr).toMatch(/^error: there is no cluster .*\nError: there is no cluster .*\n {4}at /);
  expect(own.stderr).toContain('\ncaused by Error: no kind\n    at ');
});

test('prints the error to standard output as well with --json', async () => {
  const own = await run('own', 'error', '--json');
  const message = 'there is no cluster weft: npm run kind:up makes it';
  expect(own).toMatchObject({ code: 1, stderr: `error: ${message}\n` });
  expect(JSON.parse(own.stdout)).toEqual({ error: { message, unexpected: false } });
  const bug = await run('null', 'item', '--json', '--verbose');
  expect(JSON.parse(bug.stdout)).toEqual({
    error: {
      message: expect.stringContaining(NULL_ITEM),
      unexpected: true,
      stack: expect.stringContaining('    at '),
    },
  });
});

test('prints the help, including --verbose, for an unknown option', async () => {
  const { code, stdout, stderr } = await run('--nonsense', '--json');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: Unknown option '--nonsense'[\s\S]*\na verb that fails\n[\s\S]*--verbose/);
  expect(JSON.parse(stdout).error.message).toContain("Unknown option '--nonsense'");
  expect((await run('--help')).stdout).toContain('--verbose');
});
