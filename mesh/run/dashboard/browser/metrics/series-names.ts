type SeriesLabels = Readonly<Record<string, string>>;

/** Labels that name what a line of a histogram is; other labels name what it is about. */
const KIND_LABELS = ['quantile', 'rate'];

/** Returns a name for each series: the values of the labels in which the series differ. */
export function seriesNames(series: readonly { readonly labels: SeriesLabels }[]): readonly string[] {
  const keys = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort(serviceFirst);
  const varying = keys.filter((key) => new Set(series.map(({ labels }) => labels[key])).size > 1);
  return series.map(({ labels }) => {
    const present = varying.filter((key) => labels[key] !== undefined);
    const parts = present.map((key) => (key === 'service' ? labels[key] : labelText(key, labels[key] ?? '')));
    return parts.join(' · ') || Object.values(labels).join(' · ') || 'value';
  });
}

/** Returns whether a series counts per second. Series of counters and the rates of histograms do. */
export function isRateSeries(type: string, labels: SeriesLabels): boolean {
  return type === 'counter' || (type === 'histogram' && labels.rate !== undefined);
}

function serviceFirst(a: string, b: string): number {
  return Number(b === 'service') - Number(a === 'service') || a.localeCompare(b, 'en');
}

function labelText(key: string, value: string): string {
  if (key === 'quantile') return /^p/.test(value) ? value : `p${Number(value) * 100}`;
  if (KIND_LABELS.includes(key)) return key;
  return `${key} ${value}`;
}
