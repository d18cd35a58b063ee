import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery } from '../../../../services/kit/edge/query-string.ts';

test('parses any query string that URLSearchParams writes', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(fc.dictionary(text, text, { noNullPrototype: true }), (parameters) => {
      const url = `/v1/products?${new URLSearchParams(parameters)}`;
      expect(Object.entries(parseQuery(url)).sort()).toEqual(Object.entries(parameters).sort());
    }),
  );
});

test.each(['/?a=1&a=2', '/?a=%', '/?%ff=1', '/?a=%c3%28'])('rejects the query string of %s', (url) => {
  expect(() => parseQuery(url)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
});
