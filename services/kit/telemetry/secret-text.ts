/** Maximum length of a string in a log line, in UTF-16 code units. */
export const MAX_TEXT_LENGTH = 8_192;
/** Length of the text that is searched for secrets. The rest of a longer text is never written. */
const MAX_SEARCHED_LENGTH = 2 * MAX_TEXT_LENGTH;

export const REDACTED = '[redacted]';

const SECRET_NAME =
  'passw(?:or)?d|passphrase|secret|token|authori[sz]ation|cookie|api[-_]?key|private[-_]?key|credential';

/**
 * Matches every text that one of PATTERNS matches, and is cheap, because most texts contain no secret. The flag `i` and
 * loops would each make it several times slower.
 */
const SUSPICIOUS =
  /[@="]|%40|eyJ|-----B|[eE][aA][rR][eE][rR]\s|[2-6][ -]?\d[ -]?\d[ -]?\d[ -]?\d[ -]?\d[ -]?\d[ -]?\d[ -]?\d[ -]?\d[ -]?\d[ -]?\d/;

/** A kind of text that is redacted inside strings. */
interface SecretPattern {
  /** A part of every such text. @default '', which every text contains */
  readonly part?: string;
  /** Its loops are bounded or anchored, so that no text takes long. */
  readonly pattern: RegExp;
  readonly replace: (match: string, prefix?: string) => string;
}

const redactAll = () => REDACTED;
const keepPrefix = (_match: string, prefix = '') => `${prefix}${REDACTED}`;

const PATTERNS: readonly SecretPattern[] = [
  // A PEM private key (RFC 7468), also one whose end is missing.
  {
    part: '-----BEGIN',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    replace: redactAll,
  },
  // A bearer token (RFC 6750).
  { pattern: /(bearer\s{1,8})[\w.~+/=-]{8,}/gi, replace: keepPrefix },
  // A JSON Web Token or other object of JOSE (RFC 7515): its header is JSON in base64url.
  { part: 'eyJ', pattern: /eyJ[\w-]{5,4096}\.[\w.-]*/g, replace: redactAll },
  // `password=...`
  {
    part: '=',
    pattern: new RegExp(`((?:${SECRET_NAME})\\w{0,32}=)[^\\s&,;"']+`, 'gi'),
    replace: keepPrefix,
  },
  // `"password": "..."`
  {
    part: '"',
    pattern: new RegExp(`((?:${SECRET_NAME})\\w{0,32}\\\\?"\\s{0,8}:\\s{0,8}\\\\?")[^"\\\\]+`, 'gi'),
    replace: keepPrefix,
  },
  // User and password of a URL (RFC 3986, 3.2.1).
  {
    part: '@',
    pattern: /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/]{1,4096}@/gi,
    replace: (_match, scheme = '') => `${scheme}${REDACTED}@`,
  },
  // An e-mail address (RFC 5321).
  {
    part: '@',
    pattern: /[^\s@"<>(),:;\\[\]]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}/gu,
    replace: redactAll,
  },
  // An e-mail address in a URL, where `@` is percent-encoded.
  {
    part: '%40',
    pattern: /[^\s@"<>(),:;\\[\]/?&=#]{1,64}%40(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}/gu,
    replace: redactAll,
  },
  // A card number (ISO/IEC 7812): 13 to 19 digits that begin with 2 to 6 and pass the Luhn check. Identifiers in
  // hexadecimal, fractions and times in milliseconds are not card numbers.
  {
    pattern: /(?<![\w.-])[2-6](?:[ -]?\d){12,18}(?!\w|[.-]\d)/g,
    replace: (digits) => (passesLuhn(digits) ? REDACTED : digits),
  },
];

/** Returns a text without the secrets and personal data of PATTERNS, cut to MAX_TEXT_LENGTH with a note. */
export function redactText(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH && !SUSPICIOUS.test(text)) return text;
  const isCut = text.length > MAX_SEARCHED_LENGTH;
  let safe = isCut ? text.slice(0, MAX_SEARCHED_LENGTH) : text;
  for (const { part = '', pattern, replace } of PATTERNS) {
    if (safe.includes(part)) safe = safe.replace(pattern, replace);
  }
  // A secret at the end of the searched text may be incomplete, and would not match.
  const maxLength = isCut
    ? Math.min(MAX_TEXT_LENGTH, Math.max(0, safe.length - MAX_TEXT_LENGTH / 2))
    : MAX_TEXT_LENGTH;
  return safe.length > maxLength ? `${safe.slice(0, maxLength)}... [cut, ${text.length} characters]` : safe;
}

/** Returns whether digits, which may be separated by spaces or dashes, have the check digit of a card number. */
export function passesLuhn(text: string): boolean {
  let sum = 0;
  let isDoubled = false;
  for (let at = text.length - 1; at >= 0; at--) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) continue;
    const value = isDoubled ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}
