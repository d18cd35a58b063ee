import type { DeadLetter } from './dead-letters.ts';

/** Formats a dead letter as a paragraph for an operator. */
export function formatDeadLetter(letter: DeadLetter): string {
  const { group, id, topic, type, key, reason, attempts, deadLetteredAt, origin, replayAt, isEvent } = letter;
  const count = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  const what = isEvent ? `${type} of ${key}` : `not an event, from ${origin}; cannot be replayed`;
  return [
    `${id}  ${group} of ${topic}, dead-lettered ${deadLetteredAt} after ${count}`,
    `  ${what}`,
    ...reason.split('\n').map((line) => `  ${line}`),
    ...(replayAt ? ['  replay is pending'] : []),
  ].join('\n');
}
