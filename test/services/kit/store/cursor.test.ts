import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../../../services/kit/errors/service-error.ts';
import {
  decodeCursor,
  decodeIdCursor,
  encodeCursor,
  encodeIdCursor,
  ID_CURSOR_PATTERN,
} from '../../../../services/kit/store/cursor.ts';
import { MIN_UUID } from '../../../../services/kit/store/page.ts';

test('a cursor decodes to its key', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }), (key) => {
      const cursor = encodeCursor(key);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(decodeCursor(cursor, key.length)).toEqual(key);
    }),
  );
});

test('any other text is rejected or decodes to the expected number of strings', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (cursor) => {
      try {
        expect(decodeCursor(cursor, 2)).toHaveLength(2);
      } catch (error) {
        expect(error).toBeInstanceOf(ServiceError);
        expect(error).toMatchObject({ code: 'invalid-request', violations: [{ field: 'cursor' }] });
      }
    }),
  );
  expect(() => decodeCursor(encodeCursor(['one']), 2)).toThrow(ServiceError);
});

test('an empty cursor is the start of the list', () => {
  expect(decodeCursor('', 2)).toBeUndefined();
});

test('an id cursor decodes to its id', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      expect(decodeIdCursor(encodeIdCursor(id))).toBe(id);
    }),
  );
  expect(decodeIdCursor('')).toBeUndefined();
});

test('an id cursor is every text of its pattern, and no other', () => {
  fc.assert(
    fc.property(fc.stringMatching(new RegExp(ID_CURSOR_PATTERN)), fc.string(), (cursor, suffix) => {
      expect(decodeIdCursor(cursor) ?? MIN_UUID).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      if (!new RegExp(ID_CURSOR_PATTERN).test(cursor + suffix))
        expect(() => decodeIdCursor(cursor + suffix)).toThrow(ServiceError);
    }),
  );
});
