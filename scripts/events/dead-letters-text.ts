import type { DeadLetter } from './dead-letters.ts';

/** Dead letters for whoever has to decide what becomes of them. */
export function deadLettersText(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'no dead letters\n';
  return letters.map((letter) => `${paragraph(letter)}\n`).join('\n');
}

function paragraph(letter: DeadLetter): string {
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
