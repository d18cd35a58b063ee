import { expect, test } from '@jest/globals';
import { Recent } from '../../../../services/kit/process/recent.ts';

test('what was set longest ago is forgotten first, and to set it again makes it the newest', () => {
  const recent = new Recent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('a', 3);
  recent.set('c', 4);
  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([3, undefined, 4]);
  recent.delete('a');
  expect(recent.get('a')).toBeUndefined();
  recent.clear();
  expect(recent.get('c')).toBeUndefined();
});
