import { type EdgeState, FAILING_RATIO } from './call-groups.ts';
import { STATE_TEXTS } from './edge-label.ts';

const STATES: readonly (readonly [EdgeState | 'event', string])[] = [
  ['healthy', `${STATE_TEXTS.healthy}`],
  ['idle', 'idle: no request in the window'],
  ['failing', `failing: at least ${FAILING_RATIO * 100} % errors`],
  ['over-retrying', 'over-retrying: too many retries'],
  ['unused', 'unused: declared, never observed'],
  ['undeclared', 'undeclared: observed, not in the graph'],
  ['event', 'events of a topic'],
];

/** Explains the lines of the drawing. */
export function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      {STATES.map(([state, text]) => (
        <li key={state}>
          <svg viewBox="0 0 30 10" width="30" height="10" aria-hidden="true">
            <g class={`edge ${state}`}>
              <path class="line" d="M0 5h28" stroke-width={state === 'failing' ? 4 : 2} />
            </g>
          </svg>
          {text}
        </li>
      ))}
    </ul>
  );
}
