import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { lineWriter } from '../../../../services/kit/telemetry/line-writer.ts';

test('writes the lines of one turn of the event loop together, in order', async () => {
  const written: string[] = [];
  const write = lineWriter({ write: (text: string) => written.push(text) > 0 });
  write('a\n');
  write('b\n');
  await turn();
  write('c\n');
  await turn();
  expect(written).toEqual(['a\nb\n', 'c\n']);
});
