/** A dashboard of one subject. Plain data: it compiles to Grafana's schema, and our own page reads it as JSON. */
export interface Dashboard {
  /** Unique and stable, in the form of a file name: `service-order`. */
  readonly id: string;
  readonly title: string;
  /** One sentence: the question that the dashboard answers. */
  readonly description: string;
  readonly rows: readonly PanelRow[];
}

/** Panels with a common heading. */
export interface PanelRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly kind: PanelKind;
  readonly title: string;
  /** One or two sentences: how to read the values, and when to act. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly [PanelQuery, ...PanelQuery[]];
  /** @default no threshold */
  readonly threshold?: PanelThreshold;
  /** Whether the series are parts of a whole, and are drawn on top of each other. @default false */
  readonly isStacked?: boolean;
}

/**
 * `timeseries` draws lines over time, `heatmap` the buckets of one histogram over time. `stat` shows the current value of
 * each query, `table` the current value of each series.
 */
export type PanelKind = 'timeseries' | 'stat' | 'heatmap' | 'table';

export interface PanelQuery {
  /** PromQL, which may use `RATE_WINDOW` and `RANGE` as durations. */
  readonly expr: string;
  /** Name of each series. `{{label}}` stands for the value of a label. */
  readonly legend: string;
}

/** A limit that is drawn as a line. Values beyond it are shown as a breach. */
export interface PanelThreshold {
  /** In the unit of the panel. */
  readonly value: number;
  /** The source of the limit: `objective 99.9 %`. */
  readonly label: string;
  /** The side of the limit that is a breach. */
  readonly breach: 'above' | 'below';
}

/** Units of values. `ratio` is 0 to 1 and shown in percent; `multiple` is shown as `1.5x`. */
export type Unit =
  | 'requests/s'
  | 'events/s'
  | 'per second'
  | 'ratio'
  | 'multiple'
  | 'seconds'
  | 'bytes'
  | 'cores'
  | 'count';

/** Window of rates. Grafana, and our page, put at least four scrapes and one step of the graph in its place. */
export const RATE_WINDOW = '$__rate_interval';
/** The whole time range that is shown. */
export const RANGE = '$__range';

/** Replaces the variables of a query by durations, which PromQL requires. @param window and range such as `5m` */
export function bindDurations(expr: string, window: string, range: string): string {
  return expr.replaceAll(RATE_WINDOW, window).replaceAll(RANGE, range);
}

/** Returns the panels of a dashboard with their keys, unique in the dashboard: `3-2` is the second panel of row 3. */
export function keyedPanels({ rows }: Dashboard): readonly (readonly [key: string, panel: Panel])[] {
  return rows.flatMap(({ panels }, row) =>
    panels.map((panel, index) => [`${row + 1}-${index + 1}`, panel] as const),
  );
}
