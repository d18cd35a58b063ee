/** The shown part of time, in seconds since the epoch. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
}

/** State of the page. The hash of the URL contains it, so that a link shows the same. */
export interface PageState {
  readonly dashboard: string;
  /** Seconds before now, or a fixed span. */
  readonly range: number | TimeSpan;
}

const DEFAULT_RANGE_SECONDS = 3_600;

/** Parses the hash of a URL: `#service-order&range=3600` or `#service-order&start=...&end=...`. */
export function parseHash(hash: string, dashboards: readonly string[]): PageState {
  const [id = '', query = ''] = hash.replace(/^#/, '').split(/&(.*)/s);
  const dashboard = dashboards.includes(id) ? id : (dashboards[0] ?? '');
  const fields = new URLSearchParams(query);
  const [start, end] = [Number(fields.get('start')), Number(fields.get('end'))];
  if (start > 0 && end > start) return { dashboard, range: { start, end } };
  const range = Number(fields.get('range'));
  return { dashboard, range: range > 0 ? range : DEFAULT_RANGE_SECONDS };
}

/** Writes the hash of a URL that shows a state. */
export function formatHash({ dashboard, range }: PageState): string {
  return typeof range === 'number'
    ? `#${dashboard}&range=${range}`
    : `#${dashboard}&start=${range.start}&end=${range.end}`;
}

/** Returns the span that a state shows. @param now seconds since the epoch */
export function spanOf({ range }: PageState, now: number): TimeSpan {
  if (typeof range !== 'number') return range;
  const end = Math.floor(now);
  return { start: end - range, end };
}
