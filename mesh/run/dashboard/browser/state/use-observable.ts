import { useEffect, useState } from 'preact/hooks';
import type { ObservableValue } from './observable-value.ts';

/** Returns the current value, and renders the component again when it changes. */
export function useObservable<T>(observable: ObservableValue<T>): T {
  const [, setVersion] = useState(0);
  const { value } = observable;
  useEffect(() => {
    const update = () => setVersion((version) => version + 1);
    // The value may have changed between the rendering and this effect.
    if (!Object.is(observable.value, value)) update();
    return observable.subscribe(update);
  }, [observable]);
  return value;
}
