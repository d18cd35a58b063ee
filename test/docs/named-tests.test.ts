import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const DOCS = new URL('../../docs/', import.meta.url);
const LINK = /\[([^\]]+)\]\((\.\.\/test\/[^)]+\.ts)\)/g;

test.each(['orders.md', 'messaging.md'])('docs/%s links only to tests that exist', (page) => {
  const text = readFileSync(new URL(page, DOCS), 'utf8');
  const links = [...text.matchAll(LINK)].map(([, title = '', path = '']) => ({ title, path }));
  expect(links.length).toBeGreaterThan(4);
  const missing = links.filter(({ title, path }) => {
    if (path.endsWith(title)) return false;
    const source = readFileSync(new URL(path, DOCS), 'utf8');
    return !source.includes(title);
  });
  expect(missing).toEqual([]);
});
