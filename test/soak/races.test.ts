import { expect, test } from '@jest/globals';
import { runVerb } from '../cluster/run-verb.ts';

test('sells the last unit to exactly one of 64 buyers in each of 200 races', async () => {
  const { code, stdout, stderr } = await runVerb('chaos', '--races', '200', '--json');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ races: 200, buyers: 64, soldOnce: 200, violations: [] });
});
