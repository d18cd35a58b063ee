import type { Panel } from '../../../../mesh/compile/dashboards/panel.ts';
import type { PanelData } from '../panel-values.ts';
import { element } from './element.ts';
import { formatValue, isBreach } from './format-value.ts';

/** Renders the current value of each query as large figures. */
export function statView({ unit, threshold }: Panel, { series }: PanelData): HTMLElement {
  const figures = series.map(({ name, values: [value] }) => {
    const breach = isBreach(value, threshold);
    return element(
      'div',
      { class: breach ? 'figure breach' : 'figure' },
      element('b', {}, formatValue(value, unit)),
      // With one figure, the title of the panel names it.
      ...(series.length > 1 ? [element('span', { class: 'name' }, name)] : []),
    );
  });
  const [first] = series;
  const isBad = series.some(({ values: [value] }) => isBreach(value, threshold));
  const verdict =
    threshold && first
      ? [element('p', { class: isBad ? 'limit breach' : 'limit' }, limitText(threshold, isBad))]
      : [];
  return element('div', { class: 'stat' }, element('div', { class: 'figures' }, ...figures), ...verdict);
}

/** Renders the current value of each series as a table. */
export function tableView({ title, unit, threshold }: Panel, { series }: PanelData): HTMLElement {
  // The worst first.
  const direction = threshold?.breach === 'below' ? 1 : -1;
  const rows = [...series]
    .sort((a, b) => ((a.values[0] ?? 0) - (b.values[0] ?? 0)) * direction)
    .map(({ name, values: [value] }) => {
      const breach = isBreach(value, threshold);
      return element(
        'tr',
        {},
        element('th', { scope: 'row' }, name),
        element('td', { class: breach ? 'failed' : 'ok' }, formatValue(value, unit)),
      );
    });
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, 'series'),
    element('th', { scope: 'col' }, unit),
  );
  return element(
    'div',
    { class: 'table', tabindex: 0, role: 'region', 'aria-label': title },
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows)),
  );
}

function limitText({ label }: NonNullable<Panel['threshold']>, isBad: boolean): string {
  return `${isBad ? '✗' : '✓'} ${label}`;
}
