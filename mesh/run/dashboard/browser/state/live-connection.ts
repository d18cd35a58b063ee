import type { GraphView, InfoView, LiveEvents, ProcessView } from '../../api/views.ts';
import { ApiRequestError, readView } from './api.ts';
import { reconnectDelayMs } from './backoff.ts';
import { appendLines } from './console-buffer.ts';
import { liveState } from './live-state.ts';

/** Last received values, which replace the shown ones when the page is no longer paused. */
let pendingState: {
  graph?: GraphView;
  processes?: readonly ProcessView[];
  lines: LiveEvents['console']['lines'];
} = { lines: [] };
/** Number of console lines that the page reads when it opens. */
const INITIAL_LINES = 1_000;
let failures = 0;

/** Connects to the server and stays connected. Reconnects with backoff, because EventSource gives up after an error. */
export function startLiveConnection(): void {
  liveState.isPaused.subscribe(applyPending);
  connect();
}

/**
 * Reads the whole state of the server: at the start, after an import, and after a reconnect.
 * @throws ApiRequestError if the server does not respond
 */
export async function reloadState(): Promise<void> {
  const isFirst = liveState.info.value === null;
  const info = await readView<InfoView>('/api/info');
  liveState.info.set(info);
  liveState.store.set(info.store);
  await Promise.all([
    readView<GraphView>('/api/graph').then((graph) => liveState.graph.set(graph)),
    readView<LiveEvents['processes']>('/api/processes').then(({ processes }) =>
      liveState.processes.set(processes),
    ),
    readView<LiveEvents['console']>(`/api/console?limit=${INITIAL_LINES}`).then(({ lines }) =>
      liveState.lines.set(appendLines(liveState.lines.value, lines)),
    ),
  ]);
  if (!isFirst) liveState.generation.set(liveState.generation.value + 1);
}

function connect(): void {
  const source = new EventSource('/api/live');
  source.addEventListener('open', () => {
    failures = 0;
    liveState.connection.set('open');
    reloadState().catch(reportFailure);
  });
  source.addEventListener('error', () => {
    source.close();
    failures += 1;
    retry();
  });
  listen(source, 'graph', (graph) => receive({ graph }));
  listen(source, 'processes', ({ processes }) => receive({ processes }));
  listen(source, 'console', ({ lines }) => {
    pendingState.lines = appendLines(pendingState.lines, lines);
    applyPending();
  });
  listen(source, 'store', (store) => liveState.store.set(store));
}

function listen<K extends keyof LiveEvents>(
  source: EventSource,
  name: K,
  handle: (event: LiveEvents[K]) => void,
): void {
  source.addEventListener(name, (event) => {
    if (event instanceof MessageEvent) handle(JSON.parse(event.data) as LiveEvents[K]);
  });
}

function receive(values: { readonly graph?: GraphView; readonly processes?: readonly ProcessView[] }): void {
  pendingState = { ...pendingState, ...values };
  applyPending();
}

function applyPending(): void {
  if (liveState.isPaused.value) return;
  if (pendingState.graph) liveState.graph.set(pendingState.graph);
  if (pendingState.processes) liveState.processes.set(pendingState.processes);
  if (pendingState.lines.length > 0)
    liveState.lines.set(appendLines(liveState.lines.value, pendingState.lines));
  pendingState = { lines: [] };
}

/** Reconnects after a wait, and asks why the server refused: EventSource does not report the status. */
function retry(): void {
  readView('/api/info').catch(reportFailure);
  setTimeout(connect, reconnectDelayMs(failures, Math.random()));
}

function reportFailure(error: unknown): void {
  const isRefused = error instanceof ApiRequestError && error.status === 401;
  liveState.connection.set(isRefused ? 'refused' : 'retrying');
}
