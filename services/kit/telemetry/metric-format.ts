import type { MetricFormat } from './metric-text.ts';

/** Versions of OpenMetrics that readers of version 1.0.0 accept. */
const OPENMETRICS_VERSIONS: readonly (string | undefined)[] = [undefined, '0.0.1', '1.0.0'];

/**
 * Returns the format that a reader of metrics prefers (RFC 9110, 12.5.1). Without a preference, it is the text format of
 * Prometheus, which every reader knows.
 * @param accept header Accept
 */
export function chooseMetricFormat(accept: string | undefined): MetricFormat {
  let openmetrics = 0;
  let prometheus = 0;
  for (const range of (accept ?? '').toLowerCase().split(',')) {
    const [type, ...pairs] = range.split(';').map((part) => part.trim());
    const parameters = new Map(pairs.map((pair) => splitPair(pair)));
    const quality = Number(parameters.get('q') ?? 1) || 0;
    if (type === 'application/openmetrics-text' && OPENMETRICS_VERSIONS.includes(parameters.get('version')))
      openmetrics = Math.max(openmetrics, quality);
    if (type === 'text/plain') prometheus = Math.max(prometheus, quality);
  }
  return openmetrics > 0 && openmetrics >= prometheus ? 'openmetrics' : 'prometheus';
}

function splitPair(pair: string): readonly [string, string] {
  const [name = '', value = ''] = pair.split('=', 2);
  return [name.trim(), value.trim().replaceAll('"', '')];
}
