/** A series that queries may select. */
export interface SeriesDescription {
  readonly isCounter: boolean;
  readonly labels: ReadonlySet<string>;
}

/** Descriptions of all series by name. */
export type SeriesCatalogue = ReadonlyMap<string, SeriesDescription>;
