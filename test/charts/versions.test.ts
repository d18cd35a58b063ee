import { expect, test } from '@jest/globals';
import { parseVersions, readVersions } from '../../charts/versions.ts';

const file = (version: object) =>
  JSON.stringify({ kind: { product: [{ name: 'v1', weight: 100, ...version }] } });

test('reads the versions of an environment by service, and none for an environment that is not in the file', () => {
  expect(readVersions('kind').product?.map(({ name }) => name)).toEqual(['v1', 'v2']);
  expect(readVersions('local')).toEqual({});
});

test('accepts every field of a version', () => {
  const version = {
    imageTag: '2',
    settings: { MODE: 'x' },
    header: { name: 'x-canary', value: '1' },
    mirrorPercent: 5,
  };
  expect(parseVersions(file(version))).toEqual({
    kind: { product: [{ name: 'v1', weight: 100, ...version }] },
  });
});

test.each([
  ['[]', 'the file is []: it must be an object'],
  ['{"kind": 1}', 'kind is 1: it must be an object'],
  ['{"kind": {"product": {}}}', 'kind.product is {}: it must be a list of versions'],
  ['{"kind": {"product": [1]}}', 'kind.product[0] is 1: it must be an object'],
  [
    '{"kind": {"product": [{"name": "v1"}]}}',
    'kind.product[0].weight is missing: it must be a number from 0 to 100',
  ],
  [file({ weight: '10' }), 'kind.product[0].weight is "10": it must be a number'],
  [file({ wieght: 10 }), 'kind.product[0].wieght is 10: it must be one of name, weight'],
  [file({ settings: { MODE: 1 } }), 'kind.product[0].settings.MODE is 1: it must be a string'],
  [file({ header: { name: 'x' } }), 'kind.product[0].header.value is missing: it must be a string'],
  [
    file({ header: { name: 'x', value: '1', exact: true } }),
    'header.exact is true: it must be name or value',
  ],
])('refuses %s', (text, message) => {
  expect(() => parseVersions(text)).toThrow(message);
});
