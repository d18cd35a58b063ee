import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../process/run-tool.ts';

/** `<!-- source PATH: START | START -->`, the code block below it, and the comment that ends it. */
const SNIPPET = /(<!-- source (\S+): (.+) -->\n)[\s\S]*?(<!-- end of source -->)/g;

/**
 * Writes code of the repository into the snippets of a page. A snippet names a file and the first words of each
 * statement that it shows.
 *
 * @throws Error when the file has no such statement
 */
export async function withSourceSnippets(page: string): Promise<string> {
  const snippets = await Promise.all(
    [...page.matchAll(SNIPPET)].map(async ([, , path = '', starts = '']) => {
      const source = await readFile(join(ROOT, path), 'utf8');
      return starts.split(' | ').map((start) => statement(source, start, path));
    }),
  );
  return page.replace(SNIPPET, (_, begin: string, _path, _starts, end: string) => {
    const code = snippets.shift()?.join('\n') ?? '';
    return `${begin}\n\`\`\`ts\n${code}\n\`\`\`\n\n${end}`;
  });
}

/**
 * Returns the statement of `source` whose first line begins with `start`, without its indentation. The statement ends
 * with the next line that is not indented further.
 */
export function statement(source: string, start: string, path: string): string {
  const lines = source.split('\n');
  const first = lines.findIndex((line) => line.trimStart().startsWith(start));
  if (first < 0) throw new Error(`${path} has no statement that begins with '${start}'; correct the page`);
  const indent = indentOf(lines[first] ?? '');
  const isWhole = lines[first]?.endsWith(';');
  const length = isWhole
    ? 0
    : lines.slice(first + 1).findIndex((line) => line !== '' && indentOf(line) <= indent) + 1;
  return lines
    .slice(first, first + length + 1)
    .map((line) => line.slice(indent))
    .join('\n');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
