import { type Check, count } from '../check.ts';

/** A process dies of what was done to it, and of nothing else. */
export const nobodyCrashed: Check = ({ plan, crashes }) => ({
  holds: 'No process was ended by an error that it did not catch',
  figure: `${count(crashes.length, 'crashes')}, ${count(plan.kills, 'kills')}`,
  wrong: crashes,
});
