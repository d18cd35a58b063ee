import type { EdgeState } from './call-groups.ts';

const KINDS: readonly (EdgeState | 'event')[] = [
  'healthy',
  'idle',
  'failing',
  'over-retrying',
  'unused',
  'undeclared',
  'event',
];

/** Defines the heads of arrows, in the color of each state. */
export function ArrowMarkers() {
  return (
    <defs>
      {KINDS.map((kind) => (
        <marker
          key={kind}
          id={`arrow-${kind}`}
          class={`arrow ${kind}`}
          viewBox="0 0 10 10"
          refX="9"
          refY="5"
          markerWidth="10"
          markerHeight="10"
          markerUnits="userSpaceOnUse"
          orient="auto-start-reverse"
        >
          <path d="M1 1.5 9 5 1 8.5z" />
        </marker>
      ))}
    </defs>
  );
}
