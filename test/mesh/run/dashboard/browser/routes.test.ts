import { describe, expect, test } from '@jest/globals';
import {
  formatRoute,
  NO_LOG_FILTERS,
  NO_TRACE_FILTERS,
  type PageRoute,
  parseRoute,
} from '../../../../../mesh/run/dashboard/browser/state/routes.ts';

describe('the hash of the page', () => {
  test.each<PageRoute>([
    { view: 'graph', callId: null, field: null },
    { view: 'graph', callId: 'order/product', field: 'retries.on' },
    { view: 'graph', callId: 'legacy/product?', field: null },
    { view: 'processes', name: null },
    { view: 'processes', name: 'product-v1-0' },
    { view: 'traces', filters: NO_TRACE_FILTERS },
    { view: 'traces', filters: { service: 'order', text: 'a&b=c d', minMs: '12.5', errorsOnly: true } },
    { view: 'trace', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: null },
    { view: 'trace', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' },
    { view: 'logs', filters: NO_LOG_FILTERS },
    { view: 'logs', filters: { service: 'order', level: 'warn', text: 'ü?', traceId: 'abc' } },
    { view: 'metrics', name: null, service: '', range: '900' },
    { view: 'metrics', name: 'rpc.server.duration', service: 'order', range: 'all' },
  ])('keeps %j', (route) => {
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  test.each(['', '#', '#/', '#/unknown/x', '#main'])('shows the graph for %j', (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'graph', callId: null, field: null });
  });

  test('accepts the id of a call with a plain slash', () => {
    expect(parseRoute('#/graph/order/product?field=timeout')).toEqual({
      view: 'graph',
      callId: 'order/product',
      field: 'timeout',
    });
  });

  test('keeps a part that is not valid percent-encoding', () => {
    expect(parseRoute('#/traces/%E0%A4%A')).toEqual({ view: 'trace', traceId: '%E0%A4%A', spanId: null });
  });

  test('falls back to 15 minutes for an unknown range', () => {
    expect(parseRoute('#/metrics/up?range=7')).toMatchObject({ range: '900' });
  });
});
