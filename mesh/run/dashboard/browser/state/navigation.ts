import { ObservableValue } from './observable-value.ts';
import { formatRoute, type PageRoute, parseRoute } from './routes.ts';

/** The route of the address bar. */
export const currentRoute = new ObservableValue<PageRoute>(parseRoute(location.hash));

addEventListener('hashchange', () => currentRoute.set(parseRoute(location.hash)));

/** Shows a route, and adds it to the history of the browser. */
export function openRoute(route: PageRoute): void {
  location.hash = formatRoute(route);
}

/** Shows a route in place of the current one, for changes that the back button should not undo one by one. */
export function replaceRoute(route: PageRoute): void {
  history.replaceState(null, '', formatRoute(route));
  currentRoute.set(route);
}
