import { Icon } from '../controls/icon.tsx';
import { formatRoute, type PageRoute } from '../state/routes.ts';
import { VIEWS } from './views.ts';

/** Links to the views. On phones, it is a bar at the bottom. */
export function NavigationBar({ route }: { readonly route: PageRoute }) {
  const view = route.view === 'trace' ? 'traces' : route.view;
  return (
    <nav class="views" aria-label="Views">
      <ul>
        {VIEWS.map(({ text, icon, key, route: target }) => (
          <li key={text}>
            <a
              href={formatRoute(target)}
              aria-current={target.view === view ? 'page' : undefined}
              title={`${text} (g ${key})`}
            >
              <Icon name={icon} />
              <span>{text}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
