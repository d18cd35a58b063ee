import { formatCount, type InvariantCheck } from '../invariant-check.ts';

/** Checks that no process ended by an uncaught error, so that injected kills are the only cause of death. */
export const noProcessCrashed: InvariantCheck = ({ plan, crashes }) => ({
  invariant: 'No process crashed with an uncaught error',
  figure: `${formatCount(crashes.length, 'crashes')}, ${formatCount(plan.kills, 'kills')}`,
  violations: crashes,
});
