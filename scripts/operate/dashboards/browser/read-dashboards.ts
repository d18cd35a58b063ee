import type { Dashboard } from '../../../../mesh/compile/dashboards/panel.ts';
import type { PanelData } from '../panel-values.ts';
import type { TimeSpan } from './page-state.ts';

/** The path of a panel in requests: `service-order/2-1`. */
export type PanelPath = `${string}/${string}`;

/** Returns the dashboards that the page contains. */
export function readDashboards(): readonly Dashboard[] {
  const text = document.getElementById('dashboards')?.textContent ?? '[]';
  return JSON.parse(text) as readonly Dashboard[];
}

/**
 * Reads the values of a panel.
 * @param points number of points that a graph has room for
 * @throws Error with a message for operators; the reason of `signal`
 */
export async function readPanel(
  path: PanelPath,
  { start, end }: TimeSpan,
  points: number,
  signal: AbortSignal,
): Promise<PanelData> {
  const parameters = new URLSearchParams({ start: String(start), end: String(end), points: String(points) });
  let response: Response;
  try {
    response = await fetch(`/api/panels/${path}?${parameters}`, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new Error('the server of this page does not respond: is npm run dashboards still running?', {
      cause: error,
    });
  }
  const body = (await response.json()) as PanelData & { readonly error?: string };
  if (!response.ok) throw new Error(body.error ?? `the server responded with ${response.status}`);
  return body;
}
