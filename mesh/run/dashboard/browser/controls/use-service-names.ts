import { useMemo } from 'preact/hooks';
import { liveState } from '../state/live-state.ts';
import { useObservable } from '../state/use-observable.ts';

/** Returns the names of the services of the graph. */
export function useServiceNames(): readonly string[] {
  const graph = useObservable(liveState.graph);
  const key = graph?.services.map(({ name }) => name).join('\n') ?? '';
  return useMemo(() => (key === '' ? [] : key.split('\n')), [key]);
}
