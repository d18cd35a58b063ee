import type { Panel } from '../../../../mesh/compile/dashboards/panel.ts';
import type { PanelSeries } from '../panel-values.ts';
import { seriesColor } from './colors.ts';
import { element } from './element.ts';
import { formatValue, isBreach } from './format-value.ts';

export interface LegendProps {
  readonly panel: Panel;
  readonly series: readonly PanelSeries[];
  /** Names of the series that are hidden. */
  readonly hidden: ReadonlySet<string>;
  /** Called when the reader shows or hides a series. */
  readonly onToggle: (index: number, isShown: boolean) => void;
}

/** The names of the series, the largest first, with their values at the cursor, or with their latest values. */
export class Legend {
  readonly root: HTMLElement;
  readonly #props: LegendProps;
  readonly #values: readonly HTMLElement[];

  constructor(props: LegendProps) {
    this.#props = props;
    const items = props.series.map(({ name }, index) => this.#item(name, index));
    this.#values = items.map(({ value }) => value);
    const largest = props.series.map(({ values }) => Math.max(...values.map((value) => value ?? 0)));
    const order = items.map((_, index) => index).sort((a, b) => (largest[b] ?? 0) - (largest[a] ?? 0));
    this.root = element('ul', { class: 'legend' }, ...order.flatMap((index) => items[index]?.item ?? []));
    this.show(undefined);
  }

  /** Shows the values at an index of the times; the latest values if it is undefined. */
  show(index: number | undefined): void {
    const { panel, series } = this.#props;
    for (const [at, { values }] of series.entries()) {
      const value = index === undefined ? values.findLast((one) => one !== null) : values[index];
      const node = this.#values[at];
      if (!node) continue;
      node.textContent = formatValue(value, panel.unit);
      node.classList.toggle('breach', isBreach(value, panel.threshold));
    }
  }

  #item(name: string, index: number) {
    const value = element('span', { class: 'value' });
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.background = seriesColor(index);
    const button = element(
      'button',
      {
        type: 'button',
        'aria-pressed': String(!this.#props.hidden.has(name)),
        title: `${name}: click to hide or show`,
      },
      swatch,
      element('span', { class: 'name' }, name),
      value,
    );
    button.addEventListener('click', () => {
      const isShown = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(isShown));
      this.#props.onToggle(index, isShown);
    });
    return { item: element('li', {}, button), value };
  }
}
