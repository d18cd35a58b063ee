import { type ParsedSource, parseSource, type SyntaxNode } from './parse-source.ts';

/** Consecutive lines of prose: a comment, the text of a string, or a paragraph of a page. */
export interface Prose {
  /** Without comment markers and inline code; line breaks are kept. */
  readonly text: string;
  /** The line of its first character, from 1. */
  readonly line: number;
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*/g;
const COMMENT_MARKER = /^[ \t]*(?:\/\/+|\/?\*+\/?)[ \t]?|[ \t]*\*\/$/gm;
/** Consecutive lines of comments in SQL or protobuf. */
const LINE_COMMENTS = /^[ \t]*(?:--|\/\/).*(?:\n[ \t]*(?:--|\/\/).*)*/gm;
const LINE_COMMENT_MARKER = /^[ \t]*(?:--|\/\/)[ \t]?/gm;
const FENCE = /^[ \t]*(```|~~~)[\s\S]*?^[ \t]*\1/gm;
/** A heading, a line of a table or of HTML, or a link definition. */
const NO_PROSE = /^[ \t]*(?:#+ |\||<|\[[^\]]+\]: ).*$/gm;
const LIST_ITEM = /^[ \t]*(?:[-*+]|\d+\.)[ \t]/;

/** Returns the comments of a TypeScript or JavaScript source, and its strings of more than one word. */
export function proseOfSource(
  source: string,
  { nodes, bytesOf, lineAt }: ParsedSource = parseSource(source),
): readonly Prose[] {
  const bytes = Buffer.from(source);
  const textBetween = ([start, end]: readonly [number, number]) => bytes.subarray(start, end).toString();
  const literals = nodes.filter(isText).flatMap((node) => {
    const range = bytesOf(node);
    return range ? [{ node, range }] : [];
  });
  const masked = Buffer.from(bytes);
  for (const { range } of literals) masked.fill('_', ...range);
  // In latin1 each byte is one character, so that positions are bytes.
  const comments = [...masked.toString('latin1').matchAll(COMMENT)].map(({ 0: match, index }) => ({
    text: plainText(textBetween([index, index + match.length]).replace(COMMENT_MARKER, '')),
    line: lineAt(index),
  }));
  const strings = literals
    .filter(({ node }) => node.type !== 'RegExpLiteral')
    .map(({ range }) => ({ text: textBetween(range), line: lineAt(range[0]) }))
    .filter(({ text }) => /\w\s+\w/.test(text));
  return [...comments, ...strings];
}

/** Returns the comments of an SQL or protobuf source that stand on lines of their own. */
export function proseOfComments(source: string): readonly Prose[] {
  return [...source.matchAll(LINE_COMMENTS)].map(({ 0: match, index }) => ({
    text: plainText(match.replace(LINE_COMMENT_MARKER, '')),
    line: source.slice(0, index).split('\n').length,
  }));
}

/** Returns the paragraphs and list items of a Markdown page, without headings, tables and code. */
export function proseOfPage(page: string): readonly Prose[] {
  const blank = (text: string) => text.replace(/[^\n]/g, '');
  const lines = page.replace(FENCE, blank).replace(NO_PROSE, blank).split('\n');
  const paragraphs: { lines: string[]; line: number }[] = [];
  let isOpen = false;
  for (const [index, line] of lines.entries()) {
    const isNew = !isOpen || LIST_ITEM.test(line);
    isOpen = line.trim() !== '';
    if (!isOpen) continue;
    if (isNew) paragraphs.push({ lines: [line], line: index + 1 });
    else paragraphs.at(-1)?.lines.push(line);
  }
  return paragraphs.map((paragraph) => ({
    text: plainText(paragraph.lines.join('\n').replace(LIST_ITEM, '')),
    line: paragraph.line,
  }));
}

function isText(node: SyntaxNode): boolean {
  return ['StringLiteral', 'TemplateElement', 'RegExpLiteral'].includes(node.type ?? '');
}

/** Replaces inline code by one word, and links by their text. */
function plainText(text: string): string {
  return text
    .replace(/`[^`]*`/g, (code) => code.replace(/[^\n]+/g, 'code'))
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
