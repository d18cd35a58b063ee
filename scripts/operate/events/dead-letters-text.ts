import type { DeadLetter } from './dead-letters.ts';

/** A dead letter as a paragraph, for the person who decides what becomes of it. */
export function deadLetterText(letter: DeadLetter): string {
  const { group, id, topic, type, key, reason, attempts, buriedAt, origin, replayAt, isEvent } = letter;
  const tries = `${attempts} ${attempts === 1 ? 'try' : 'tries'}`;
  const what = isEvent ? `${type} of ${key}` : `no event, from ${origin}; it cannot be replayed`;
  return [
    `${id}  ${group} of ${topic}, put aside ${buriedAt} after ${tries}`,
    `  ${what}`,
    ...reason.split('\n').map((line) => `  ${line}`),
    ...(replayAt ? ['  is about to be tried again'] : []),
  ].join('\n');
}
