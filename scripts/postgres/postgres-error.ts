const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/No space left on device|wrote only \d+ of \d+ bytes/, 'the disk is full: make room, then start again'],
  [/Address already in use/, 'the port is in use: stop the other program or choose another port'],
  [
    /Permission denied|Operation not permitted/,
    'the folder cannot be written: change its owner or choose another one',
  ],
  [/incompatible with server/, 'the data is of another version of Postgres: start with --reset to forget it'],
  [/lock file .* already exists/, 'another Postgres uses this data: stop it first'],
];

/** An error with what Postgres said last, and what to do about it where that is known. */
export function postgresError(what: string, said: string): Error {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => /FATAL|PANIC|error:/i.test(line));
  const reason = (telling.length > 0 ? telling : lines.slice(-3)).map((line) =>
    line.replace(/^.*?(?=FATAL|PANIC)/, ''),
  );
  const advice = ADVICE.find(([pattern]) => pattern.test(said))?.[1];
  return new Error([what, ...new Set(reason), ...(advice ? [advice] : [])].join(': '));
}
