import type { ConsoleLine, GraphView, InfoView, ProcessView, StoreView } from '../../api/views.ts';
import { ObservableValue } from './observable-value.ts';

/**
 * State of the connection to the server:
 * - `retrying`: the server does not respond, and the page tries again
 * - `refused`: the server does not accept the token
 */
export type ConnectionState = 'connecting' | 'open' | 'retrying' | 'refused';

/** The state of the server, as it was last received. Views follow the parts that they show. */
export const liveState = {
  connection: new ObservableValue<ConnectionState>('connecting'),
  info: new ObservableValue<InfoView | null>(null),
  graph: new ObservableValue<GraphView | null>(null),
  processes: new ObservableValue<readonly ProcessView[] | null>(null),
  lines: new ObservableValue<readonly ConsoleLine[]>([]),
  store: new ObservableValue<StoreView | null>(null),
  /** While true, views keep what they show. */
  isPaused: new ObservableValue(false),
  /** Increases when all data has changed, because a file was imported or the server restarted. */
  generation: new ObservableValue(0),
} as const;
