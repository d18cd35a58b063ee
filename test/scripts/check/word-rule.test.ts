import { describe, expect, test } from '@jest/globals';
import { averageSentenceWords, wordViolations } from '../../../scripts/check/word-rule.ts';

/** Returns what the rule reports of one file, without its path. */
function violations(text: string, path = 'mesh/a.ts'): readonly string[] {
  return wordViolations([{ path, text }], []).map((line) => line.replace(`${path}:`, ''));
}

describe('banned names', () => {
  test.each([
    'const told = 1;',
    'const [first, told] = pair;',
    'const { outcome: told } = result;',
    'const { told } = result;',
    'for (const told of outcomes) {}',
    'function told() {}',
    'function tell(told: string) {}',
    'const tell = (told = 1, ...rest: string[]) => told;',
    'interface Outcome { readonly told: boolean }',
    'interface Outcome { told(): boolean }',
    'interface Observer { notify(told: string): void }',
    'type Told = string;',
    'class Outcome { #told = 1; }',
    'class Outcome { constructor(private readonly told: string) {} }',
    'class Outcome { told() {} }',
    'class Outcome { get told() { return 1; } }',
    'const outcome = { told: 1 };',
    'try {} catch (told) {}',
    'const MOST_RETRIES = 3;',
    'const PATIENCE_MS = 3;',
  ])('rejects %s', (source) => {
    expect(violations(`\n${source}\n`)).toEqual([
      expect.stringMatching(/^2: '(told|Told|MOST_RETRIES|PATIENCE_MS)': write .+/),
    ]);
  });

  test.each([
    'told(1);',
    'const { told: outcome } = result;',
    'const outcome = result.told;',
    'const toldAt = 1;',
  ])('accepts %s', (source) => {
    expect(violations(source)).toEqual([]);
  });
});

describe('banned phrases', () => {
  test('rejects a phrase in a comment, across its lines, in a string and in a test title', () => {
    const source = `// ä, two bytes: https://example.org
/**
 * The event is put
 * aside by the consumer.
 */
const url = 'https://example.org'; // whoever asks
throw new Error(\`\${event} is put aside\`);
test('the client is told', () => {});
`;
    expect(violations(source).map((line) => line.split(': write')[0])).toEqual([
      "3: 'put aside'",
      "6: 'whoever'",
      "7: 'put aside'",
      "8: 'is told'",
    ]);
  });

  test('rejects a sentence that begins with a clause in place of its subject, but no question', () => {
    expect(violations('/** What a pod has counted. */')).toHaveLength(1);
    expect(violations('/** Returns 1. Who asks is refused. */')).toHaveLength(1);
    expect(violations('/** What does a pod count? */')).toEqual([]);
  });

  test('ignores inline code and regular expressions', () => {
    expect(violations('/** Matches `put aside`. */\nconst WORDS = /put aside/;')).toEqual([]);
  });

  test.each([
    ['services/kit/a.sql', '--'],
    ['services/proto/weft/a.proto', '//'],
  ])('rejects a phrase in a comment of %s', (path, marker) => {
    const source = `CREATE;\n  ${marker} An event is\n  ${marker} put aside.\nput aside;\n`;
    expect(violations(source, path)).toEqual(["3: 'put aside': write dead-letter"]);
  });

  test('rejects a phrase on a page, outside its code', () => {
    const page = '# Events\n\nAn event is\nput aside.\n\n```\nput aside\n```\n\n- `put aside`\n';
    expect(violations(page, 'docs/a.md')).toEqual(["4: 'put aside': write dead-letter"]);
  });
});

test('accepts an exempt word in its folder only, and rejects an exemption that no file needs', () => {
  const text = 'const told = 1;';
  const files = ['mesh/a.ts', 'test/a.ts'].map((path) => ({ path, text }));
  const exemption = { path: 'mesh', words: ['told', 'asked'], reason: 'a foreign format' };
  expect(wordViolations(files, [exemption])).toEqual([
    expect.stringMatching(/^test\/a\.ts:1: 'told': write /),
    "mesh:1: 'asked' is not used; remove its exemption in scripts/check/words.ts",
  ]);
});

describe('sentence length', () => {
  test('averages the words of sentences outside headings, tables and code', () => {
    const page = `# A heading of five words

One two three. Four five:

| a | table | of | words |
|---|---|---|---|

- one [two](https://example.org/a) \`three words here\`
  four five

\`\`\`
code of many many many words
\`\`\`
`;
    expect(averageSentenceWords(page)).toBe((3 + 2 + 5) / 3);
  });

  test('rejects a page whose sentences have more than 25 words on average', () => {
    const sentence = `${'word '.repeat(26).trim()}.`;
    expect(violations(`${sentence} ${sentence}`, 'docs/a.md')).toEqual([
      expect.stringContaining('sentences have 26.0 words on average'),
    ]);
  });
});
