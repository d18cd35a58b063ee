/**
 * Writes strings as YAML scalars that every parser reads back as the same string: those of YAML 1.1, of YAML 1.2, and
 * of kubectl and istioctl (go-yaml 2 with its extensions, such as `0o17`).
 *
 * A string is written plain only if its form is on an allowlist of forms that no parser resolves to another type. All
 * other strings are quoted. A denylist would have to cover the rules of every parser.
 */

/** Printable ASCII that starts like a word, a path, a variable or a command-line flag. */
const WORD = /^(?:[A-Za-z/$_(]|--[A-Za-z])[\x20-\x7e]*$/;

/** Quantities and durations with a unit that no number has, such as `500m`, `1.5Gi`, `30s` and `10%`. */
const QUANTITY = /^\d{1,9}(?:\.\d{1,9})?(?:m|ms|s|Ki|Mi|Gi|Ti|%)$/;

/** Characters that end a plain scalar or start a comment, and trailing spaces, which parsers drop. */
const STRUCTURE = /:(?: |$)| #| $/;

/** Words that YAML 1.1, YAML 1.2 or Go resolve to another type, in any case. `e5` is a number to some parsers. */
const RESOLVED = /^(?:null|y|n|yes|no|on|off|true|false|inf|infinity|nan|_*e[-+]?[\d_]*)$/i;

/**
 * Characters that a scalar cannot hold unescaped: control characters, line breaks of either version (NEL, LS, PS),
 * the byte order mark, noncharacters, and characters that are invisible in an editor.
 */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must match control characters
  /[\x00-\x1f\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufdd0-\ufdef\ufeff\ufff0-\uffff]/;
const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, 'g');

/**
 * Returns a string as a scalar on one line.
 *
 * @throws Error if the string has half of a surrogate pair, which UTF-8 cannot encode
 */
export function singleLine(text: string): string {
  if (QUANTITY.test(text)) return text;
  if (WORD.test(text) && !STRUCTURE.test(text) && !RESOLVED.test(text)) return text;
  if (!/["\\]/.test(text) || UNPRINTABLE.test(text)) return doubleQuoted(text);
  return `'${wellFormed(text).replaceAll("'", "''")}'`;
}

/**
 * Returns a multi-line string as a literal block, or undefined if parsers could read the block differently: if the
 * string starts with white space, has characters that must be escaped, or has lines of only white space.
 *
 * @param indent prefix of each line; not empty
 */
export function literalBlock(text: string, indent: string): string | undefined {
  if (/^\s/.test(text) || /\n[\t ]+(?:\n|$)/.test(text)) return undefined;
  if (UNPRINTABLE.test(text.replaceAll(/[\t\n]/g, ''))) return undefined;
  const body = wellFormed(text).replace(/\n+$/, '');
  const ending = text.slice(body.length);
  const chomping = ending === '' ? '-' : ending === '\n' ? '' : '+';
  return `|${chomping}\n${indent}${body.replace(/\n+/g, `$&${indent}`)}${ending.slice(1)}`;
}

/**
 * Returns a string in double quotes: as JSON, which is YAML, with escapes for the characters that only YAML requires to
 * be escaped.
 */
function doubleQuoted(text: string): string {
  return JSON.stringify(wellFormed(text)).replace(
    EACH_UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text;
  throw new Error(
    `the string ${JSON.stringify(text)} has an unpaired surrogate, which UTF-8 cannot encode; remove it`,
  );
}
