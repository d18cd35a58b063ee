import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { normalizePath } from '../../../../services/kit/edge/normalize-path.ts';

/** Paths and what Envoy 1.39 makes of them with `normalize_path`, as it reports `:path`. */
test.each([
  ['/v1//p', '/v1//p'],
  ['/v1/./p', '/v1/p'],
  ['/a/../p', '/p'],
  ['/a/%2e%2e/p', '/p'],
  ['/a/%2E./b', '/b'],
  ['/../../p', '/p'],
  ['/%2e', '/'],
  ['/a/.', '/a/'],
  ['/a/..', '/'],
  ['/a/..;/b', '/b'],
  ['/p;v=1', '/p;v=1'],
  ['/v1/%70p', '/v1/pp'],
  ['/a/%7e%41%2d', '/a/~A-'],
  ['/v1%2fp', '/v1%2fp'],
  ['/a/..%2fp', '/a/..%2fp'],
  ['/a%3bb', '/a%3bb'],
  ['/a%5cb', '/a%5cb'],
  ['/%ff', '/%ff'],
  ['/a%zz', '/a%zz'],
  ['/%c3%a9', '/%c3%a9'],
  ['/v1\\p', '/v1/p'],
  ['/a?x=%70/../b', '/a?x=%70/../b'],
])('normalizes %s as Envoy does', (path, expected) => {
  expect(normalizePath(path)).toBe(expected);
});

const segment = fc.constantFrom('a', 'b', '.', '..', '', '%41', '%2e', '%2E%2e', 'a%2Fb', '...', '.a');
const anyPath = fc.array(segment, { minLength: 1, maxLength: 8 }).map((segments) => `/${segments.join('/')}`);

test('removes dot segments as the URL standard does', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      // URL reads a host after two slashes, and does not decode letters.
      const { pathname } = new URL(`http://host${path.replaceAll('%41', 'A')}`);
      expect(normalizePath(path)).toBe(pathname);
    }),
  );
});

test('changes a normalized path no more', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const once = normalizePath(path);
      expect(normalizePath(once)).toBe(once);
    }),
  );
});
