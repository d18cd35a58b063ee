/** The values of a panel, in the form that charts need: one list of times, and a list of values per series. */
export interface PanelData {
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly series: readonly PanelSeries[];
  /** Number of series that are not in `series`, because no chart can show as many. */
  readonly omitted: number;
  /** Why queries failed. */
  readonly errors: readonly string[];
}

export interface PanelSeries {
  readonly name: string;
  /** One per time; `null` where there is none. */
  readonly values: readonly (number | null)[];
}
