import type { IconName } from '../controls/icon.tsx';
import { NO_LOG_FILTERS, NO_TRACE_FILTERS, type PageRoute } from '../state/routes.ts';

interface PageView {
  readonly text: string;
  readonly icon: IconName;
  /** Second key of its shortcut, after `g`. */
  readonly key: string;
  readonly route: PageRoute;
}

/** The views of the navigation, in its order. */
export const VIEWS: readonly PageView[] = [
  { text: 'Graph', icon: 'graph', key: 'g', route: { view: 'graph', callId: null, field: null } },
  { text: 'Processes', icon: 'processes', key: 'p', route: { view: 'processes', name: null } },
  { text: 'Traces', icon: 'traces', key: 't', route: { view: 'traces', filters: NO_TRACE_FILTERS } },
  { text: 'Logs', icon: 'logs', key: 'l', route: { view: 'logs', filters: NO_LOG_FILTERS } },
  {
    text: 'Metrics',
    icon: 'metrics',
    key: 'm',
    route: { view: 'metrics', name: null, service: '', range: '900' },
  },
];
