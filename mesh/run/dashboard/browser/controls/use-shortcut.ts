import { useEffect, useRef } from 'preact/hooks';
import { onShortcut } from './keyboard.ts';

/**
 * Runs an action for a shortcut while the component is shown.
 * @param isFallback whether the action of another component replaces this one
 */
export function useShortcut(keys: string, action: () => void, isFallback = false): void {
  const latest = useRef(action);
  latest.current = action;
  useEffect(() => onShortcut(keys, () => latest.current(), isFallback), [keys, isFallback]);
}
