import 'uplot/dist/uPlot.min.css';
import { type Dashboard, keyedPanels, type Panel } from '../../../../mesh/compile/dashboards/panel.ts';
import { Controls } from './controls.ts';
import { byId, element } from './element.ts';
import { formatHash, type PageState, parseHash, spanOf, type TimeSpan } from './page-state.ts';
import { PanelCard } from './panel-card.ts';
import { type PanelPath, readDashboards, readPanel } from './read-dashboards.ts';

/** CSS pixels between two points of a graph. */
const POINT_WIDTH = 3;

const dashboards = readDashboards();
const main = byId('main');
const updated = byId('updated');
const cards = new Map<PanelPath, PanelCard>();
let shownId: string | undefined;
let reading = new AbortController();

const controls = new Controls({
  onRange: (range) => navigate({ ...currentState(), range }),
  onReload: () => void reload(),
  onTheme: () => void reload(),
});
addEventListener('hashchange', render);
addEventListener(
  'resize',
  debounce(() => void reload(), 250),
);
render();

function currentState(): PageState {
  return parseHash(
    location.hash,
    dashboards.map(({ id }) => id),
  );
}

function navigate(state: PageState): void {
  location.hash = formatHash(state);
}

function render(): void {
  const state = currentState();
  const dashboard = dashboards.find(({ id }) => id === state.dashboard);
  if (!dashboard) return;
  if (shownId !== dashboard.id) renderDashboard(dashboard);
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
    const id = link.dataset.dashboard ?? '';
    link.href = formatHash({ ...state, dashboard: id });
    if (id === dashboard.id) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  void reload();
}

function renderDashboard(dashboard: Dashboard): void {
  for (const card of cards.values()) card.destroy();
  cards.clear();
  shownId = dashboard.id;
  document.title = `${dashboard.title} · dashboards`;
  const onSelect = (range: TimeSpan) => navigate({ ...currentState(), range });
  for (const [key, panel] of keyedPanels(dashboard))
    cards.set(`${dashboard.id}/${key}`, new PanelCard(panel, `panel-${key}`, onSelect));
  const rows = dashboard.rows.map(({ title, panels }, row) => {
    const id = `row-${row + 1}`;
    const of = (isStat: boolean) =>
      panels.flatMap((panel, index) => {
        const card = cards.get(`${dashboard.id}/${row + 1}-${index + 1}`);
        return card && isStatPanel(panel) === isStat ? [card.root] : [];
      });
    const [stats, charts] = [of(true), of(false)];
    return element(
      'section',
      { class: 'row', 'aria-labelledby': id },
      element('h2', { id }, title),
      ...(stats.length > 0 ? [element('div', { class: 'stats' }, ...stats)] : []),
      ...(charts.length > 0 ? [element('div', { class: 'panels' }, ...charts)] : []),
    );
  });
  main.replaceChildren(
    element('h1', {}, dashboard.title),
    element('p', { class: 'lead' }, dashboard.description),
    ...rows,
  );
  scrollTo(0, 0);
}

/** Reads the values of all panels again. A newer call replaces an older one. */
async function reload(): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  const state = currentState();
  const span = spanOf(state, Date.now() / 1_000);
  controls.show(state, span);
  await Promise.all([...cards].map(([path, card]) => readCard(path, card, span, signal)));
  if (!signal.aborted) updated.textContent = `Updated at ${new Date().toLocaleTimeString()}`;
}

async function readCard(
  path: PanelPath,
  card: PanelCard,
  span: TimeSpan,
  signal: AbortSignal,
): Promise<void> {
  const points = Math.max(40, Math.round(card.root.clientWidth / POINT_WIDTH));
  try {
    const data = await readPanel(path, span, points, signal);
    if (!signal.aborted) card.show(data, span);
  } catch (error) {
    if (!signal.aborted) card.fail((error as Error).message);
  }
}

function isStatPanel({ kind }: Panel): boolean {
  return kind === 'stat';
}

function debounce(act: () => void, delayMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, delayMs);
  };
}
