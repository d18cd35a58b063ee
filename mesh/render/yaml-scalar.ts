/**
 * Strings as the `yaml` package writes them for YAML 1.1, its lines never folded: plain where that reads back
 * as the same string, in quotes where not. cdk8s writes its manifests with that package.
 */

/** What a plain string must not hold, so as not to be read as structure. */
const STRUCTURE = /^[\n\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]#|[\n\t :]$/;

/** Characters that only a double-quoted string can hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u;

/** Plain strings that YAML 1.1 reads as something else (https://yaml.org/type/). */
const RESOLVED = new RegExp(
  [
    '(?:~|[Nn]ull|NULL)?',
    'Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON',
    'N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF',
    '[-+]?0b[0-1_]+',
    '[-+]?[0-9][0-9_]*',
    '[-+]?0x[0-9a-fA-F_]+',
    '[-+]?\\.(?:inf|Inf|INF)|\\.nan|\\.NaN|\\.NAN',
    '[-+]?(?:[0-9][0-9_]*)?(?:\\.[0-9_]*)?[eE][-+]?[0-9]+',
    '[-+]?(?:[0-9][0-9_]*)?\\.[0-9_]*',
    '[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?',
    '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|T|[ \\t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\\.[0-9]+)?' +
      '(?:[ \\t]*(?:Z|[-+][012]?[0-9](?::[0-9]{2})?))?)?',
  ]
    .map((form) => `^(?:${form})$`)
    .join('|'),
);

/** What may follow `%` or stand as `---` or `...` only inside a document, not at the start of a line. */
const DOCUMENT_MARKER = /^(?:%|---|\.\.\.)/;

/** A string of one line, as a value. */
export function singleLine(text: string): string {
  if (CONTROL.test(text)) return doubleQuoted(text);
  return STRUCTURE.test(text) || RESOLVED.test(text) ? quoted(text) : text;
}

/** A string of one line, as the key of a map. */
export function mapKey(text: string, atTop: boolean): string {
  return atTop && DOCUMENT_MARKER.test(text) && !CONTROL.test(text) ? quoted(text) : singleLine(text);
}

/**
 * A string of several lines as a literal block; undefined when a block cannot hold it.
 *
 * @param indent what each line begins with
 */
export function literalBlock(text: string, indent: string): string | undefined {
  if (CONTROL.test(text) || /\n[\t ]+$/.test(text)) return undefined;
  const body = text.replace(/[\n\t ]+$/, '');
  const end = text.slice(body.length);
  const newline = end.indexOf('\n');
  const chomp = newline === -1 ? '-' : body === '' || newline !== end.length - 1 ? '+' : '';
  const start = /^[\n ]*/.exec(body)?.[0] ?? '';
  const header = `|${start.includes(' ') ? '2' : ''}${chomp}`;
  const lines = body.replace(/\n+/g, `$&${indent}`);
  return `${header}\n${indent}${lines}${indentInner(end.endsWith('\n') ? end.slice(0, -1) : end, indent)}`;
}

/** Newlines at the end of a text stay bare, those before them are followed by the indent. */
function indentInner(end: string, indent: string): string {
  return end.replace(/(^|(?<!\n))\n+(?!\n|$)/g, `$&${indent}`);
}

function quoted(text: string): string {
  return text.includes('"') && !text.includes("'") ? `'${text}'` : doubleQuoted(text);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\\u0000': '\\0',
  '\\u0007': '\\a',
  '\\u000b': '\\v',
  '\\u001b': '\\e',
};

function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /\\(?:u00([0-9a-f]{2})|.)/g,
    (escaped, byte?: string) => SHORT_ESCAPES[escaped] ?? (byte ? `\\x${byte}` : escaped),
  );
}
