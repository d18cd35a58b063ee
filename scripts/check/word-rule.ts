import { declaredNames } from './declared-names.ts';
import { parseSource } from './parse-source.ts';
import { type Prose, proseOfComments, proseOfPage, proseOfSource } from './prose.ts';
import { isGenerated, readSourceFiles, type SourceFile } from './source-files.ts';
import {
  BANNED_NAMES,
  BANNED_PHRASES,
  type BannedWord,
  WORD_EXEMPTIONS,
  type WordExemption,
} from './words.ts';

/** The maximum average length of a sentence of a page, in words. */
export const MAX_SENTENCE_WORDS = 25;

/** A banned name or phrase in a file. */
interface WordUse {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** As the file spells it. */
  readonly word: string;
  readonly instead: string;
}

/** Checks every source and page of the checkout. Returns a line per violation. */
export async function runWordRule(): Promise<readonly string[]> {
  const sources = await readSourceFiles(['charts', 'mesh', 'services', 'scripts', 'test'], ['.ts', '.mjs']);
  const schemas = await readSourceFiles(['services/kit', 'services/proto/weft'], ['.sql', '.proto']);
  const pages = await readSourceFiles(['.', 'docs'], ['.md']);
  const ours = sources.filter(({ path }) => !isGenerated(path));
  return wordViolations([...ours, ...schemas, ...pages], WORD_EXEMPTIONS);
}

/**
 * Returns a line for each banned name and phrase of the files, for each page with long sentences, and for each
 * exemption that no file needs.
 */
export function wordViolations(
  files: readonly SourceFile[],
  exemptions: readonly WordExemption[],
): readonly string[] {
  const uses = files.flatMap(wordUses);
  const isExempt = (use: WordUse, { path, words }: WordExemption) =>
    (use.path === path || use.path.startsWith(`${path}/`)) && words.includes(use.word);
  return [
    ...uses
      .filter((use) => !exemptions.some((exemption) => isExempt(use, exemption)))
      .map(({ path, line, word, instead }) => `${path}:${line}: '${word}': write ${instead}`),
    ...files.flatMap(sentenceViolations),
    ...exemptions.flatMap(({ path, words }) =>
      words
        .filter((word) => !uses.some((use) => isExempt(use, { path, words: [word], reason: '' })))
        .map((word) => `${path}:1: '${word}' is not used; remove its exemption in scripts/check/words.ts`),
    ),
  ];
}

/** Returns the average number of words in the sentences of a Markdown page; 0 for a page without sentences. */
export function averageSentenceWords(page: string): number {
  const sentences = proseOfPage(page)
    .flatMap(({ text }) => text.split(/(?<=[.!?])\s+/))
    .map((sentence) => sentence.split(/\s+/).filter((word) => /\w/.test(word)).length)
    .filter((words) => words > 0);
  return sentences.length ? sentences.reduce((sum, words) => sum + words, 0) / sentences.length : 0;
}

function wordUses({ path, text }: SourceFile): readonly WordUse[] {
  const parsed = /\.(?:ts|mjs)$/.test(path) ? parseSource(text) : undefined;
  const names = parsed ? declaredNames(text, parsed) : [];
  const prose = parsed
    ? proseOfSource(text, parsed)
    : path.endsWith('.md')
      ? proseOfPage(text)
      : proseOfComments(text);
  return [
    ...names.flatMap(({ name, line }) =>
      BANNED_NAMES.filter(({ pattern }) => pattern.test(name)).map(({ instead }) => ({
        path,
        line,
        word: name,
        instead,
      })),
    ),
    ...prose.flatMap((part) => phraseUses(path, part)),
  ];
}

function phraseUses(path: string, { text, line }: Prose): readonly WordUse[] {
  return BANNED_PHRASES.flatMap(({ pattern, instead }: BannedWord) =>
    [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map((match) => ({
      path,
      line: line + text.slice(0, match.index).split('\n').length - 1,
      word: match[0].replace(/\s+/g, ' ').trim(),
      instead,
    })),
  );
}

function sentenceViolations({ path, text }: SourceFile): readonly string[] {
  if (!path.endsWith('.md')) return [];
  const average = averageSentenceWords(text);
  return average > MAX_SENTENCE_WORDS
    ? [
        `${path}:1: sentences have ${average.toFixed(1)} words on average; split them, at most ${MAX_SENTENCE_WORDS} words`,
      ]
    : [];
}
