import { bindDurations, type Panel } from '../../../../mesh/compile/dashboards/panel.ts';
import type { PanelData } from '../panel-values.ts';
import type { Plot } from './chart-frame.ts';
import { element } from './element.ts';
import { formatValue } from './format-value.ts';
import { createHeatmap } from './heatmap-chart.ts';
import { Legend } from './legend.ts';
import { createLineChart, drawsLimit } from './line-chart.ts';
import type { TimeSpan } from './page-state.ts';
import { statView, tableView } from './value-views.ts';

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A panel on the page: its title, its values, and how to read them. */
export class PanelCard {
  readonly root: HTMLElement;
  readonly panel: Panel;
  readonly #onSelect: (span: TimeSpan) => void;
  readonly #body = element('div', { class: 'body' });
  readonly #time = element('span', { class: 'time', 'aria-hidden': 'true' });
  /** Announces the values that the reader visits with the arrow keys. */
  readonly #announcement = element('p', { class: 'hidden', 'aria-live': 'polite' });
  /** Names of the series that the reader has hidden. */
  readonly #hidden = new Set<string>();
  #plot: Plot | undefined;

  /** @param id unique on the page */
  constructor(panel: Panel, id: string, onSelect: (span: TimeSpan) => void) {
    this.panel = panel;
    this.#onSelect = onSelect;
    const queries = panel.queries.map(({ expr }) =>
      element('code', {}, bindDurations(expr, 'WINDOW', 'RANGE')),
    );
    this.root = element(
      'div',
      { class: `panel ${panel.kind}`, role: 'group', 'aria-labelledby': id, 'aria-busy': 'true' },
      element('header', {}, element('h3', { id }, panel.title), this.#time),
      this.#body,
      this.#announcement,
      element('p', { class: 'about' }, panel.description),
      element('details', {}, element('summary', {}, queries.length === 1 ? 'Query' : 'Queries'), ...queries),
    );
    this.#body.append(element('p', { class: 'state' }, 'Loading …'));
  }

  /** Shows values, and keeps the focus of the keyboard where it is. */
  show(data: PanelData, span: TimeSpan): void {
    const focusable = () => [...this.#body.querySelectorAll<HTMLElement>('[tabindex], button')];
    const focused = focusable().indexOf(document.activeElement as HTMLElement);
    this.#clear();
    this.#render(data, span);
    focusable()[focused]?.focus({ preventScroll: true });
  }

  #render(data: PanelData, span: TimeSpan): void {
    for (const error of data.errors) this.#body.append(element('p', { class: 'state error' }, error));
    if (data.series.length === 0) {
      if (data.errors.length === 0) this.#body.append(emptyState(this.panel, span));
      return;
    }
    if (this.panel.kind === 'stat') this.#body.append(statView(this.panel, data));
    else if (this.panel.kind === 'table') this.#body.append(tableView(this.panel, data));
    else this.#showChart(data, span);
    if (data.omitted > 0)
      this.#body.append(element('p', { class: 'state' }, `${data.omitted} smaller series are not shown.`));
  }

  /** Shows why there are no values. */
  fail(message: string): void {
    this.#clear();
    this.#body.append(element('p', { class: 'state error' }, message));
  }

  /** Releases the chart. */
  destroy(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #clear(): void {
    this.destroy();
    this.#body.replaceChildren();
    this.#time.textContent = '';
    this.root.setAttribute('aria-busy', 'false');
  }

  #showChart(data: PanelData, span: TimeSpan): void {
    const { panel } = this;
    const isHeatmap = panel.kind === 'heatmap';
    const legend = new Legend({
      panel,
      series: data.series,
      hidden: this.#hidden,
      onToggle: (index, isShown) => {
        const name = data.series[index]?.name ?? '';
        if (isShown) this.#hidden.delete(name);
        else this.#hidden.add(name);
        this.#plot?.setSeries(index + 1, { show: isShown });
      },
    });
    const chart = element('div', {
      class: 'chart',
      tabindex: 0,
      role: 'img',
      'aria-label': `${panel.title}, ${isHeatmap ? 'distribution' : `${data.series.length} lines`} over time. Read values with the arrow keys.`,
    });
    this.#body.append(chart, ...limitLine(panel, data), ...(isHeatmap ? [] : [legend.root]));
    const onCursor = (index: number | undefined) => {
      legend.show(index);
      const time = index === undefined ? undefined : data.times[index];
      this.#time.textContent = time === undefined ? '' : CLOCK.format(time * 1_000);
    };
    const create = isHeatmap ? createHeatmap : createLineChart;
    const plot = create({ parent: chart, panel, data, span, onCursor, onSelect: this.#onSelect });
    for (const [index, { name }] of data.series.entries())
      if (this.#hidden.has(name)) plot.setSeries(index + 1, { show: false });
    this.#plot = plot;
    chart.addEventListener('keydown', (event) => this.#moveCursor(event, data));
  }

  /** Moves the cursor by arrow keys, Home and End, and announces the values there. */
  #moveCursor(event: KeyboardEvent, { times, series }: PanelData): void {
    const plot = this.#plot;
    const current = plot?.cursor.idx ?? times.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: current - 1,
      ArrowRight: current + 1,
      Home: 0,
      End: times.length - 1,
    };
    const target = moves[event.key];
    if (!plot || target === undefined) return;
    event.preventDefault();
    const index = Math.min(Math.max(target, 0), times.length - 1);
    const time = times[index] ?? 0;
    plot.setCursor({ left: plot.valToPos(time, 'x'), top: 0 });
    const values = series.map(({ name, values }) => `${name} ${formatValue(values[index], this.panel.unit)}`);
    this.#announcement.textContent = `${CLOCK.format(time * 1_000)}: ${values.join(', ')}`;
  }
}

function limitLine(panel: Panel, data: PanelData): readonly HTMLElement[] {
  const { threshold } = panel;
  if (!threshold) return [];
  const isDrawn = panel.kind === 'heatmap' || drawsLimit(panel, data);
  const text = isDrawn ? threshold.label : `${threshold.label} (far above these values)`;
  return [
    element('p', { class: 'limit line' }, element('span', { class: 'dash', 'aria-hidden': 'true' }), text),
  ];
}

function emptyState({ kind }: Panel, { start, end }: TimeSpan): HTMLElement {
  if (kind === 'table') return element('p', { class: 'state' }, 'Nothing to list.');
  const range = CLOCK.formatRange(start * 1_000, end * 1_000);
  const when = kind === 'stat' ? 'at the end of the range' : `in ${range}`;
  return element('p', { class: 'state' }, `No data: Prometheus has no samples for this panel ${when}.`);
}
