/** An entry of the Event Timing API with an interaction id. Times are in milliseconds. */
export interface EventTiming {
  /** Events of one interaction, such as `keydown` and `keyup`, have the same id. */
  readonly interactionId: number;
  readonly startTime: number;
  /** Time from the event to the next paint, as a multiple of 8 ms. */
  readonly duration: number;
}

/** A user interaction. */
export interface PageInteraction {
  readonly startTime: number;
  readonly duration: number;
}

/** Lowest threshold of the Event Timing API in milliseconds. Shorter events have no entry. */
export const MIN_DURATION_MS = 16;

/**
 * Returns the interactions as Interaction to Next Paint (INP) counts them: each lasts as long as its longest event.
 * @see https://web.dev/articles/inp
 */
export function groupInteractions(timings: readonly EventTiming[]): readonly PageInteraction[] {
  const groups = Map.groupBy(
    timings.filter(({ interactionId }) => interactionId > 0),
    ({ interactionId }) => interactionId,
  );
  return [...groups.values()].map((events) => ({
    startTime: Math.min(...events.map(({ startTime }) => startTime)),
    duration: Math.max(...events.map(({ duration }) => duration)),
  }));
}

/** Returns the durations of all interactions. Those without an entry count as `MIN_DURATION_MS`. */
export function interactionDurations(
  interactions: readonly PageInteraction[],
  count: number,
): readonly number[] {
  const measured = interactions.map(({ duration }) => Math.max(duration, MIN_DURATION_MS));
  const unmeasured = Math.max(0, count - measured.length);
  return [...measured, ...Array.from({ length: unmeasured }, () => MIN_DURATION_MS)];
}

/** Returns a nearest-rank percentile, which is always a measured value; NaN of an empty list. @param share from 0 to 1 */
export function nearestRank(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
