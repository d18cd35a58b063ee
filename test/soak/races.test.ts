import { expect, test } from '@jest/globals';
import { runVerb } from '../cluster/run-verb.ts';

test('64 buyers of the last unit give one confirmed order, in 200 rounds', async () => {
  const { code, stdout, stderr } = await runVerb('chaos', '--races', '200', '--json');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ races: 200, buyers: 64, sold: 200, wrong: [] });
});
