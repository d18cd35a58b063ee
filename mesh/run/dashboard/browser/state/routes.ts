/** Filters of the list of traces. Empty strings do not filter. */
export interface TraceFilters {
  readonly service: string;
  readonly text: string;
  /** Minimum duration in milliseconds. */
  readonly minMs: string;
  readonly errorsOnly: boolean;
}

/** Filters of the list of logs. Empty strings do not filter. */
export interface LogFilters {
  readonly service: string;
  /** Minimum level. */
  readonly level: string;
  readonly text: string;
  readonly traceId: string;
}

/** The view of the page with its filters. The hash of the URL contains it, so that every view can be linked. */
export type PageRoute =
  | { readonly view: 'graph'; readonly callId: string | null; readonly field: string | null }
  | { readonly view: 'processes'; readonly name: string | null }
  | { readonly view: 'traces'; readonly filters: TraceFilters }
  | { readonly view: 'trace'; readonly traceId: string; readonly spanId: string | null }
  | { readonly view: 'logs'; readonly filters: LogFilters }
  | {
      readonly view: 'metrics';
      readonly name: string | null;
      readonly service: string;
      /** Seconds before now; `all` for everything that is stored. */
      readonly range: MetricRange;
    };

export const METRIC_RANGES = ['300', '900', '3600', 'all'] as const;
export type MetricRange = (typeof METRIC_RANGES)[number];

export const NO_TRACE_FILTERS: TraceFilters = { service: '', text: '', minMs: '', errorsOnly: false };
export const NO_LOG_FILTERS: LogFilters = { service: '', level: '', text: '', traceId: '' };

/** Parses the hash of a URL. Unknown ones show the graph. */
export function parseRoute(hash: string): PageRoute {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [view, ...rest] = path.split('/');
  const name = rest.length > 0 && rest[0] !== '' ? decodePart(rest.join('/')) : null;
  const fields = new URLSearchParams(query);
  const field = (key: string) => fields.get(key) ?? '';
  switch (view) {
    case 'processes':
      return { view, name };
    case 'traces':
      if (name !== null) return { view: 'trace', traceId: name, spanId: fields.get('span') };
      return {
        view,
        filters: {
          service: field('service'),
          text: field('text'),
          minMs: field('minMs'),
          errorsOnly: field('error') === 'true',
        },
      };
    case 'logs':
      return {
        view,
        filters: {
          service: field('service'),
          level: field('level'),
          text: field('text'),
          traceId: field('traceId'),
        },
      };
    case 'metrics': {
      const range = METRIC_RANGES.find((one) => one === field('range')) ?? '900';
      return { view, name, service: field('service'), range };
    }
    default:
      return { view: 'graph', callId: view === 'graph' ? name : null, field: fields.get('field') };
  }
}

/** Writes the hash of a URL that shows a route. */
export function formatRoute(route: PageRoute): string {
  switch (route.view) {
    case 'graph':
      return write(['graph', route.callId], { field: route.field ?? '' });
    case 'processes':
      return write(['processes', route.name], {});
    case 'trace':
      return write(['traces', route.traceId], { span: route.spanId ?? '' });
    case 'traces': {
      const { service, text, minMs, errorsOnly } = route.filters;
      return write(['traces', null], { service, text, minMs, error: errorsOnly ? 'true' : '' });
    }
    case 'logs':
      return write(['logs', null], { ...route.filters });
    case 'metrics': {
      const { service, range } = route;
      return write(['metrics', route.name], { service, range: range === '900' ? '' : range });
    }
  }
}

function write(path: readonly (string | null)[], fields: Readonly<Record<string, string>>): string {
  const parts = path.flatMap((part) => (part === null ? [] : [encodeURIComponent(part)]));
  const entries = Object.entries(fields).filter(([, value]) => value !== '');
  return `#/${parts.join('/')}${entries.length ? `?${new URLSearchParams(entries)}` : ''}`;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
