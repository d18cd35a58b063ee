import { expect, test } from '@jest/globals';
import { statement, withSourceSnippets } from '../../../../scripts/generate/docs/source-snippets.ts';

const SOURCE = `class Shop {
  constructor() {
    const a = new A(this, {
      b: 1,

      c: 2,
    });
    a.calls(b);
  }
}
`;

test('shows a statement of several lines without its indentation', () => {
  expect(statement(SOURCE, 'const a', 'shop.ts')).toBe('const a = new A(this, {\n  b: 1,\n\n  c: 2,\n});');
});

test('shows a statement of one line', () => {
  expect(statement(SOURCE, 'a.calls', 'shop.ts')).toBe('a.calls(b);');
});

test('fails when the source has no such statement', () => {
  expect(() => statement(SOURCE, 'const z', 'shop.ts')).toThrow(
    "shop.ts has no statement that begins with 'const z'",
  );
});

test('replaces an outdated snippet of a page and keeps the text around it', async () => {
  const page = (code: string) =>
    `before\n<!-- source test/property-runs.ts: export function propertyRuns -->\n${code}<!-- end of source -->\nafter\n`;
  const written = await withSourceSnippets(page('outdated\n'));
  expect(written).toMatch(
    /^before\n<!-- .* -->\n\n```ts\nexport function propertyRuns[\s\S]*\n\}\n```\n\n<!-- end of source -->\nafter\n$/,
  );
  expect(await withSourceSnippets(written)).toBe(written);
});
