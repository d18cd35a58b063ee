import type { ProcessState } from '../../api/views.ts';
import type { IconName } from '../controls/icon.tsx';
import { Badge } from '../controls/notes.tsx';

type StateLook = readonly [tone: 'good' | 'bad' | 'warn' | 'neutral', icon: IconName];

const LOOKS: Readonly<Record<ProcessState, StateLook>> = {
  starting: ['neutral', 'clock'],
  ready: ['good', 'check'],
  unready: ['warn', 'warning'],
  stopping: ['neutral', 'clock'],
  stopped: ['neutral', 'stop'],
  restarting: ['warn', 'restart'],
  failed: ['bad', 'error'],
};

/** Shows the state of a process as an icon and a word. */
export function ProcessStateBadge({ state }: { readonly state: ProcessState }) {
  const [tone, icon] = LOOKS[state];
  return (
    <Badge tone={tone} icon={icon}>
      {state}
    </Badge>
  );
}
