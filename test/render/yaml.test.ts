import { describe, expect, test } from '@jest/globals';
import { Yaml } from 'cdk8s';
import fc from 'fast-check';
import { YamlWriter } from '../../mesh/render/yaml.ts';

function expectSame(document: unknown): void {
  expect(new YamlWriter().stringify([document])).toBe(Yaml.stringify(document));
}

/** Strings that YAML 1.1 reads as something else, or that its syntax makes hard. */
const HARD = `
  y Y n yes Yes YES no NO on ON off Off true TRUE false null Null NULL ~ << = ! & * ? - | > % @
  0 1 -1 +1 007 0o17 0775 08 1_000 0b101 0x1F 1.5 .5 5. . -.5 1e3 1E-3 e5 E5 .e5 +e5 .inf -.INF .nan .NaN
  12:30:45 12:30:45.5 1:2 190:20:30 2001-12-14 2001-12-14T21:59:43.10-05:00 2001-1-1 2001-12-14t1:2:3Z
  --- ... %YAML --a -a ?a :a a: a:b a#b #a a,b ,a [a] {a} "a" 'a' it's \`a\` a"b'c key:value https://x/y?z#f
  500m 1Gi 250ms 10% 1.2.3 v1 100k @every / * */5 $\{X} $(X) \\ \\n a\\b é ü 漢字 🙂 \u2028 \u00a0 \ufeff
`
  .trim()
  .split(/\s+/);
const SPACED = [
  '',
  ' ',
  '  ',
  ' a',
  'a ',
  'a b',
  'a: b',
  'a :b',
  'a #b',
  '- a',
  '? a',
  '2001-12-14 21:59:43',
  'a\tb',
  '\ta',
  'a\t',
];
const CONTROL = [
  '\0',
  '\x07',
  '\b',
  '\x0b',
  '\f',
  '\r',
  '\x1b',
  '\x7f',
  '\x85',
  '\xa0',
  '\ud800',
  'a\r\nb',
  '\\u0000',
  '\\\0',
];
const LINES = [
  '\n',
  'a\n',
  'a\nb',
  'a\nb\n',
  'a\n\nb\n\n',
  '\na',
  '\n\n a\n',
  ' a\n b\n',
  'a\n ',
  'a \nb',
  'a\n\tb',
  '\ta\nb',
  'a\nb ',
  'a\n\n \n',
  '---\na',
  'a\n---\nb\n',
  '#!/bin/sh\nset -e\n',
  '{\n  "a": 1\n}\n',
  '# a\n',
];
const STRINGS = [...HARD, ...SPACED, ...CONTROL, ...LINES];

describe('each hard string', () => {
  test.each(STRINGS.map((text) => [JSON.stringify(text), text]))('%s', (_, text) => {
    expectSame({ value: text, list: [text, [text]], nested: { deep: { deeper: text } } });
    expectSame({ [text]: 1, nested: { [text]: text, list: [{ [text]: [] }] } });
    expectSame([text]);
  });
});

test('numbers, empty collections, null, long keys, aliases, and what is no document', () => {
  const shared = { a: [1] };
  for (const value of [
    0,
    -0,
    1.5,
    1e21,
    1e-7,
    -1,
    Number.MAX_SAFE_INTEGER,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ]) {
    expectSame({ value });
  }
  expectSame({ list: [], map: {}, lists: [[], {}, [[]], null, undefined], none: null, undef: undefined });
  expectSame({});
  expectSame([]);
  expectSame({ one: shared, two: shared, three: [shared.a] });
  for (const length of [900, 1_000, 1_022, 1_024, 1_025, 1_100]) {
    for (const value of [1, [1], { a: 1 }, []]) expectSame({ map: { ['k'.repeat(length)]: value } });
  }
  for (const value of [null, 1, 'a', 'a\nb', undefined]) expectSame(value);
  expectSame({ date: new Date(0), big: 10n });
});

test('any JSON, with strings that are made of hard parts', () => {
  const part = fc.constantFrom(...STRINGS, '\n', ' ', ':', '#', '-', '"', "'", '\t', 'a', '0');
  const text = fc.oneof(
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('json'), { maxLength: 4 }),
    map: fc.dictionary(text, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(fc.dictionary(text, json, { noNullPrototype: true }), (document) => expectSame(document)),
    { numRuns: 1_000 },
  );
});
