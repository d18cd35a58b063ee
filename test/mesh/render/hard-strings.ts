import fc from 'fast-check';

/** Words that YAML 1.1, YAML 1.2 or Go read as something else, or whose characters are YAML's syntax. */
const WORDS = `
  y Y n yes Yes YES no NO on ON off Off true TRUE True false FALSE null Null NULL ~ << = ! & * ? - | > % @ -- $ (
  0 1 -1 +1 007 0o17 0o022 0O17 -0o17 +0o7 0o8 0775 08 09 1_000 _1 1_ 0b101 0B101 -0b1 0x1F 0X1F 0x 0o 0b 0x_1F -0xF
  1.5 .5 5. . -.5 +.5 1e3 1E-3 1e+3 1.e3 e5 E5 .e5 +e5 _e5 1_0e1_0 0x1p-2 1e 12e03 -2E+05 1d3 1f 0.1_1 9223372036854775808
  .inf .Inf -.INF +.inf .nan .NaN inf Inf infinity -Infinity NaN nan -0 +0 00 0. -0. 0e0 1,000 1'000
  12:30:45 12:30:45.5 1:2 1:30 190:20:30 -1:30 1:60 60:0 0:0 2001-12-14 2001-12-14T21:59:43.10-05:00 2001-1-1
  2001-12-14t1:2:3Z 2026-11-29T12:00:00Z 20261129 2026-11 --- ... %YAML --a -a --- --1 -- ?a :a a: a:b a#b #a a,b ,a
  [a] {a} "a" 'a' it's \`a\` a"b'c key:value https://x/y?z#f !!str !str &a *a *.shop.test |- >+ @every
  500m 1Gi 250ms 10% 1.2.3 v1 100k 1s 1h 5min 1E 1Ei 10.0.0.0/8 127.0.0.1 ::1 fe80::1 */5 $\{X} $(X) $$(X) \\ \\n a\\b é ü
  漢字 🙂 \u2028 \u2029 \u0085 \u00a0 \ufeff \ufffe \uffff \ufffd \u200b \u202e \u00ad \u{1fffe} __proto__ constructor toJSON
`
  .trim()
  .split(/[ \n]+/);

const SPACED = [
  '',
  ' ',
  '  ',
  ' a',
  'a ',
  'a b',
  'a  b',
  'a: b',
  'a :b',
  'a #b',
  '- a',
  '? a',
  '! a',
  'a\tb',
  '\ta',
  'a\t',
];
const DATED = ['2001-12-14 21:59:43', '2001-12-14 21:59:43.10 -5', '12:30:45 ', ' 0o17', '0o17 '];
const CONTROL = [
  '\0',
  '\x07',
  '\b',
  '\x0b',
  '\f',
  '\r',
  '\x1b',
  '\x7f',
  '\x80',
  '\x9f',
  'a\r\nb',
  'a\rb',
  '\\u0000',
  '\\\0',
];
const LINES = [
  ...[
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
  ],
  ...[
    'a\nb ',
    'a\n\n \n',
    '\n\n',
    ' \n',
    'a\n \nb',
    'a\n  b\n c\n',
    '---\na',
    'a\n---\nb\n',
    'a\n...\n',
    '0o17\n',
    '#a\n',
  ],
  ...[
    '#!/bin/sh\nset -e\n',
    '{\n  "a": 1\n}\n',
    '# a\n',
    'a: 1\nb: 2\n',
    '- a\n- b',
    '|\n a',
    'a\u2028b\nc',
    'a\u0085b\nc\n',
  ],
];
const LONG = [
  'x'.repeat(900),
  'x'.repeat(1_024),
  '0'.repeat(1_100),
  '"'.repeat(1_024),
  'a b '.repeat(500),
  'é\n'.repeat(600),
];

/** Strings that were read differently once, or could be. */
export const HARD_STRINGS: readonly string[] = [...WORDS, ...SPACED, ...DATED, ...CONTROL, ...LINES, ...LONG];

const digit = fc.constantFrom(...'0123456789abcdefABCDEF_');
const digits = fc.array(digit, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
const joined = (...parts: readonly fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(''));

/** Signs, bases, digits, fractions, exponents and units in the order of numbers. */
const numberLike = joined(
  fc.constantFrom('', '', '-', '+', '.', ' ', '_'),
  fc.constantFrom('', '', '0', '0o', '0O', '0b', '0B', '0x', '0X'),
  digits,
  fc.constantFrom('', '.', ':', '-', '_', ','),
  fc.oneof(fc.constant(''), digits),
  fc.constantFrom('', '', 'e', 'E', 'e+', 'E-', 'p', ':', '-', 'T'),
  fc.oneof(fc.constant(''), digits),
  fc.constantFrom('', '', 'm', 'Ki', 'Gi', 's', '%', 'k', 'E', 'Z', ' '),
);

/** Words of other types in any case, with something before or behind. */
const wordLike = joined(
  fc.constantFrom('', '', '', '.', '-', '+', '~', ' ', '!', '!!'),
  fc
    .tuple(
      fc.constantFrom(
        'y',
        'n',
        'yes',
        'no',
        'on',
        'off',
        'true',
        'false',
        'null',
        'inf',
        'nan',
        'e1',
        '<<',
        '=',
      ),
      fc.nat(),
    )
    .map(([word, bits]) => [...word].map((c, index) => ((bits >> index) & 1 ? c.toUpperCase() : c)).join('')),
  fc.constantFrom('', '', '', ' ', ':', '\n', '_', '.'),
);

const part = fc.constantFrom(
  ...HARD_STRINGS.filter(({ length }) => length < 20),
  '\n',
  ' ',
  ':',
  '#',
  '-',
  '"',
  "'",
  '\t',
  'a',
  '0',
);

/** Strings that have a UTF-8 encoding, most of them hard. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: numberLike },
  { weight: 2, arbitrary: wordLike },
  { weight: 3, arbitrary: fc.array(part, { maxLength: 5 }).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom(...' \t\n\r:#-?,[]{}&*!|>\'"%@`\\~=<a0é'), maxLength: 8 }),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);
