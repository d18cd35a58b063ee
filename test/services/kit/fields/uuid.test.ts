import { expect, test } from '@jest/globals';
import { isUuid, uuidv7 } from '../../../../services/kit/fields/uuid.ts';

test('ids of one process are unique and sort in the order of their creation', () => {
  const ids = Array.from({ length: 20_000 }, uuidv7);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('an id has version 7, variant 10 and the time in its first 48 bits', () => {
  const before = Date.now();
  const id = uuidv7();
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  // The timestamp may run ahead of the clock, after more than 2,048 ids within a millisecond.
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBeGreaterThanOrEqual(before);
});

test('isUuid accepts UUIDs with dashes in either case, and nothing else', () => {
  expect(isUuid(uuidv7())).toBe(true);
  expect(isUuid(uuidv7().toUpperCase())).toBe(true);
  for (const text of [
    '',
    'x',
    `${uuidv7()} `,
    `${uuidv7()}\n`,
    uuidv7().replaceAll('-', ''),
    "' OR 1=1 --",
  ]) {
    expect(isUuid(text)).toBe(false);
  }
});
