/** A name or a phrase that the repository does not use. */
export interface BannedWord {
  readonly pattern: RegExp;
  /** The replacement. */
  readonly instead: string;
}

/** A place where a banned word is right: part of a foreign format, or of a library's interface. */
export interface WordExemption {
  /** A file, or a folder with all its files. */
  readonly path: string;
  /** The words as the source spells them. */
  readonly words: readonly string[];
  readonly reason: string;
}

/** Participles and adjectives that do not name anything by themselves. Matched in any case. */
const BARE_WORDS = [
  'told',
  'asked',
  'said',
  'known',
  'seen',
  'kept',
  'taken',
  'given',
  'wanted',
  'gone',
  'left',
  'most',
  'least',
  'found',
  'called',
  'lost',
  'refused',
  'held',
  'shown',
  'done',
  'got',
  'handled',
  'same',
  'such',
  'heard',
  'spent',
  'used',
  'drawn',
  'tried',
  'meant',
  'chosen',
  'counted',
];

/** Names that no declaration may have. */
export const BANNED_NAMES: readonly BannedWord[] = [
  {
    pattern: new RegExp(`^(?:${BARE_WORDS.join('|')})$`, 'i'),
    instead: 'a noun for a value or type, a verb for a function, is, has or should for a boolean',
  },
  { pattern: /^(?:MOST_|LONGEST(?:_|$))/, instead: 'MAX_ and the unit' },
  { pattern: /^(?:LEAST_|SHORTEST(?:_|$))/, instead: 'MIN_ and the unit' },
  { pattern: /^LAST(?:_|$)/, instead: 'MAX_, LATEST_ or FINAL_' },
  { pattern: /patience/i, instead: 'the timeout or the retry setting, with its unit' },
  { pattern: /rehears/i, instead: 'fault injection: Fault, inject' },
  { pattern: /^(?:inflict|trouble)/i, instead: 'Fault, inject' },
  { pattern: /farewell/i, instead: 'shutdown signal' },
];

/** Phrases that comments, strings, test titles and pages may not have. A space matches a line break too. */
export const BANNED_PHRASES: readonly BannedWord[] = (
  [
    [/\bso-?manieth\b/i, 'every Nth'],
    [/\b(?:put|puts|putting|set|sets) (?:\w+ )?aside\b/i, 'dead-letter'],
    [/\b(?:bury|buries|buried)\b/i, 'dead-letter'],
    [/\bgiven up\b/i, 'timed out, abandoned or dead-lettered'],
    [/\bwhoever\b/i, 'the caller, the client, or another named subject'],
    [/\b(?:nobody|somebody)\b/i, 'a named subject: no client, a user'],
    [/\b(?:am|is|are|was|were|be|been|being) told\b/i, 'receives, is notified of'],
    [/\b(?:carry|carries|carried|carrying) (?:it |them )?on\b/i, 'resume, continue or process'],
    [/\bwho may import whom\b/i, 'import boundaries'],
    [/\bfarewell\b/i, 'shutdown signal'],
    [/\brehears\w+/i, 'fault injection'],
    [/\binflict\w*/i, 'inject'],
    [/\b(?:each|every|one|next|first|last) look\b/i, 'poll'],
    [/\blongest ago\b/i, 'least recently'],
    [/\b(?:come|comes|came) behind\b/i, 'is delivered after, is reordered behind'],
    [/\bstands in the way\b/i, 'the error, the conflict'],
    [/\b(?:stopped badly|not closed)\b/i, 'what failed, on which object, and what happens next'],
    [
      /^(?:Who|What|Whatever|One that|One who|Those that) (?=[a-z])(?![^.!?]*\?)/,
      'a sentence with a named subject',
    ],
    [
      /[.!?] (?:Who|What|Whatever|One that|One who|Those that) (?=[a-z])(?![^.!?]*\?)/,
      'a sentence with a named subject',
    ],
  ] as const
).map(([pattern, instead]) => ({
  pattern: new RegExp(pattern.source.replaceAll(' ', '\\s+'), pattern.flags),
  instead,
}));

/** Words of foreign formats and of this check itself. */
export const WORD_EXEMPTIONS: readonly WordExemption[] = [
  {
    path: 'test/scripts/check/word-rule.test.ts',
    words: ['put aside', 'whoever', 'is told', '. Who'],
    reason: 'examples of violations',
  },
  {
    path: 'services/kit/discovery/response-body.ts',
    words: ['done'],
    reason: 'the result of ReadableStreamDefaultReader.read()',
  },
  {
    path: 'scripts/operate/dashboards/browser/panel-card.ts',
    words: ['left'],
    reason: 'the horizontal position of the cursor of uPlot',
  },
  { path: 'mesh/compile/diagram/svg.ts', words: ['left'], reason: 'a side of a box, next to top and bottom' },
  {
    path: 'scripts/check/words.ts',
    words: ['put aside', 'is told', 'given up'],
    reason: 'this table',
  },
];
