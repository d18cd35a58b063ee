import { readFile } from 'node:fs/promises';
import { parseWords } from '../../../scripts/process/parse-options.ts';
import { runVerb } from '../../../scripts/process/run-verb.ts';
import { StoppedError } from '../../../scripts/process/stop-signals.ts';
import { UsageError } from '../../../scripts/process/usage-error.ts';

/** A verb for run-verb.test.ts, whose arguments select its failure. */
const FAILURES: Readonly<Record<string, () => Promise<number | undefined>>> = {
  'no failure': async () => 0,
  'own code': async () => 3,
  'null item': async () => [null as unknown as string].map((item) => item.endsWith('x')).length,
  'quoted null item': async () => {
    try {
      return [null as unknown as string].map((item) => item.endsWith('x')).length;
    } catch (cause) {
      throw new Error(`the apply failed: ${(cause as Error).message}`, { cause });
    }
  },
  'own error': async () => {
    throw new Error('there is no cluster weft: npm run kind:up makes it', { cause: new Error('no kind') });
  },
  'wrong option': async () => {
    throw new UsageError("--rate 'x' must be a whole number");
  },
  'no file': async () => Number(await readFile('/nowhere/at-all', 'utf8')),
  'no server': async () => (await fetch('http://127.0.0.1:9/')).status,
  'no error': () => Promise.reject('a text'),
  'no message': () => Promise.reject(new Error()),
  stopped: async () => {
    throw new StoppedError();
  },
  callback: () =>
    new Promise(() => {
      setImmediate(() => {
        JSON.parse('<html>');
      });
    }),
  'not awaited': async () => {
    void Promise.reject(new TypeError('x is not iterable'));
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    return 0;
  },
};

const { words } = parseWords('a verb that fails\n', { json: { type: 'boolean' } });
await runVerb(async () => FAILURES[words.join(' ')]?.());
