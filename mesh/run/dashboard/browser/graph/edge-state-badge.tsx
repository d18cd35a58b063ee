import { Badge } from '../controls/notes.tsx';
import type { EdgeState } from './call-groups.ts';
import { STATE_TEXTS } from './edge-label.ts';

/** Tones of the states, in the colors of the drawing. */
const TONES: Readonly<Record<EdgeState, 'good' | 'bad' | 'warn' | 'neutral'>> = {
  healthy: 'good',
  idle: 'neutral',
  failing: 'bad',
  'over-retrying': 'warn',
  unused: 'neutral',
  undeclared: 'bad',
};

/** Shows the state of a call. */
export function EdgeStateBadge({ state }: { readonly state: EdgeState }) {
  return <Badge tone={TONES[state]}>{STATE_TEXTS[state]}</Badge>;
}
