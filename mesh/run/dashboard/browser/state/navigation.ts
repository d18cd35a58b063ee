import { ObservableValue } from './observable-value.ts';
import { formatRoute, type PageRoute, parseRoute } from './routes.ts';

/** The route of the address bar. */
export const currentRoute = new ObservableValue<PageRoute>(parseRoute(location.hash));

interface EntryState {
  /** Number of the entry in the history of the browser. */
  readonly entry: number;
}

/** Scroll positions of entries of the history, so that the back button shows a list where the reader left it. */
const positions = new Map<number, number>();
let entry = readEntry() ?? Date.now();
/** Largest number of an entry. New entries never have the number of one that the browser has discarded. */
let maxEntry = Math.max(entry, Date.now());

/** Starts to follow the address bar. */
export function startNavigation(): void {
  history.scrollRestoration = 'manual';
  rememberEntry();
  addEventListener('popstate', () => {
    positions.set(entry, scrollY);
    // Only entries that the reader returns to have a number already.
    const previous = readEntry();
    if (previous === undefined) maxEntry += 1;
    entry = previous ?? maxEntry;
    rememberEntry();
  });
  addEventListener('hashchange', () => currentRoute.set(parseRoute(location.hash)));
}

/** Returns the scroll position that the current entry of the history had; 0 for a new entry. */
export function savedScrollPosition(): number {
  return positions.get(entry) ?? 0;
}

/** Shows a route, and adds it to the history of the browser. */
export function openRoute(route: PageRoute): void {
  location.hash = formatRoute(route);
}

/** Shows a route in place of the current one, for changes that the back button should not undo one by one. */
export function replaceRoute(route: PageRoute): void {
  history.replaceState(history.state, '', formatRoute(route));
  currentRoute.set(route);
}

function rememberEntry(): void {
  history.replaceState({ entry } satisfies EntryState, '');
}

function readEntry(): number | undefined {
  return (history.state as EntryState | null)?.entry;
}
