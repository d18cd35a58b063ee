import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { YamlWriter } from '../../../mesh/render/yaml.ts';
import { propertyRuns } from '../../property-runs.ts';
import { anyText, HARD_STRINGS } from './hard-strings.ts';

/** Writes documents and expects that YAML 1.1 and 1.2 read the same JSON. */
function expectSame(...documents: readonly unknown[]): void {
  const text = new YamlWriter().stringify(documents);
  // As text, for the order of the keys and without the cost of comparing trees.
  const expected = JSON.stringify(documents);
  for (const version of ['1.1', '1.2'] as const) {
    const parsed = parseAllDocuments(text, { version });
    const problems = parsed.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
    const read = JSON.stringify(parsed.map((document) => document.toJS() as unknown));
    // An `expect` for each of some hundred thousand texts takes longer than the parser does.
    if (problems.length > 0 || read !== expected)
      expect({ problems, read }).toEqual({ problems: [], read: expected });
  }
}

/** Expects that a string is read back as value, in lists, as key, and at each depth. */
function expectSameText(text: string): void {
  const key = Object.fromEntries([[text, text]]);
  expectSame({ value: text, list: [text, [text], key], deep: { deeper: key }, ...key }, [text], text, key);
}

describe('a parser reads back', () => {
  test.each(HARD_STRINGS.map((text) => [JSON.stringify(text).slice(0, 40), text]))('%s', (_, text) => {
    expectSameText(text);
  });
});

test('parsers read back any string as value and key', () => {
  fc.assert(fc.property(anyText, expectSameText), { numRuns: propertyRuns(1_000) });
});

test('parsers read back any JSON', () => {
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      anyText,
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('json'), { maxLength: 4 }),
    map: fc.dictionary(anyText, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  }));
  const documents = fc.array(json, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(documents, (all) => expectSame(...all)),
    { numRuns: 300 },
  );
});

test('parsers read back numbers, empty collections and repeated objects', () => {
  const shared = { a: [1] };
  expectSame({ numbers: [0, 1.5, 1e21, 1e-7, -1, -1e-9, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE] });
  expectSame({ list: [], map: {}, lists: [[], {}, [[]], null], none: null });
  expectSame({}, [], { one: shared, two: shared, three: [shared.a] });
  for (const value of [1, [1], { a: 1 }, [], [{ a: { b: 1 } }]]) {
    for (const length of [999, 1_000, 1_001, 1_024, 5_000]) {
      expectSame({ map: { ['k'.repeat(length)]: value, next: 1 } }, [{ ['k '.repeat(length)]: value }]);
    }
  }
});

test('omits undefined fields, as JSON does', () => {
  expect(new YamlWriter().stringify([{ a: undefined, b: { c: undefined }, d: [undefined] }])).toBe(
    'b: {}\nd:\n  - null\n',
  );
});

test('writes common strings plain and scripts as blocks', () => {
  const plain = [
    'apps/v1',
    'order-v1',
    'http://user.shop:8080/x?y',
    '--max-old-space-size=96',
    '500m',
    '1.5Gi',
    '10%',
    '$(POD)',
  ];
  expect(new YamlWriter().stringify([plain])).toBe(plain.map((text) => `- ${text}\n`).join(''));
  expect(new YamlWriter().stringify([{ run: '#!/bin/sh\n\nset -e\n', json: '{"a":1}' }])).toBe(
    'run: |\n  #!/bin/sh\n  \n  set -e\njson: \'{"a":1}\'\n'.replace('  \n', '\n'),
  );
});

test.each([
  ['\ud800', 'the string "\\ud800" has an unpaired surrogate, which UTF-8 cannot encode; remove it'],
  ['a\udfff\nb', 'the string "a\\udfff\\nb" has an unpaired surrogate'],
  [Number.NaN, 'NaN cannot be written as JSON; use a finite number'],
  [Number.NEGATIVE_INFINITY, '-Infinity cannot be written as JSON; use a finite number'],
  [10n, 'a bigint cannot be written as JSON; use plain objects, arrays, strings, numbers and booleans'],
  [new Date(0), 'a Date cannot be written as JSON; use plain objects, arrays, strings, numbers and booleans'],
])('refuses %j', (value, message) => {
  expect(() => new YamlWriter().stringify([{ list: [value] }])).toThrow(message);
  if (typeof value === 'string') {
    expect(() => new YamlWriter().stringify([{ [value]: 1 }])).toThrow(message);
  }
});
