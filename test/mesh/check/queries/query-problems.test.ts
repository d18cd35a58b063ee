import { describe, expect, test } from '@jest/globals';
import { parseQuery } from '../../../../mesh/check/queries/parse-query.ts';
import { queryProblems } from '../../../../mesh/check/queries/query-problems.ts';
import { resultLabels } from '../../../../mesh/check/queries/result-labels.ts';
import { seriesCatalogue } from '../../../../mesh/check/queries/series-catalogue.ts';

const CATALOGUE = seriesCatalogue({
  orders: {
    groups: [
      {
        name: 'orders',
        rules: [
          {
            record: 'orders:lag:p99',
            expr: 'histogram_quantile(0.99, sum by (le, group) (rate(weft_event_lag_seconds_bucket[5m])))',
            labels: { topic: 'orders' },
          },
        ],
      },
    ],
  },
});
const problemsOf = (query: string) => queryProblems(parseQuery(query), CATALOGUE);

test.each([
  'sum by (service) (rate(rpc_server_call_duration_seconds_count{namespace="shop"}[5m]))',
  'histogram_quantile(0.99, sum by (le) (rate(weft_event_lag_seconds_bucket[5m])))',
  'up == 0 or absent(up{service="order"})',
  'orders:lag:p99{topic="orders",group="notification"} > 5',
  'increase(istio_requests_total{reporter="source"}[1h])',
  'vector(1)',
])('accepts %s', (query) => {
  expect(problemsOf(query)).toEqual([]);
});

test.each([
  ['rate(weft_requests_total[5m])', "no program emits 'weft_requests_total'"],
  ['weft_outbox_event', "no program emits 'weft_outbox_event'; did you mean 'weft_outbox_events'?"],
  ['weft_event_lag_seconds', "no program emits 'weft_event_lag_seconds'; did you mean"],
  ['weft_dead_letters{topik="orders"}', "weft_dead_letters has no label 'topik'; did you mean 'topic'?"],
  ['sum by (pool) (db_client_connection_max)', "db_client_connection_max has no label 'pool'"],
  ['weft_outbox_events / on(queue) weft_dead_letters', "has no label 'queue'"],
  ['rate(weft_outbox_events[5m])', 'rate needs a counter, and weft_outbox_events is a gauge'],
  ['rate(up[5m]) + weft_typo', "no program emits 'weft_typo'"],
  ['{service="order"}', 'names no metric'],
])('rejects %s', (query, message) => {
  expect(problemsOf(query).join('\n')).toContain(message);
});

test.each([
  ['sum(rate(up[5m])', 'at its end'],
  ['up{service=}', "at character 12, '}'"],
  ['rate(up[$__rate_interval])', "at character 9, '$__rate_interval])'"],
  ['', 'at its end'],
])('names the place of the syntax error in %s', (query, place) => {
  expect(() => parseQuery(query)).toThrow(place);
});

describe('the labels of results', () => {
  test.each([
    ['sum by (service, topic) (weft_outbox_events)', 'service topic'],
    ['sum(weft_outbox_events)', ''],
    ['max without (pod, instance, job, version) (weft_outbox_events)', 'namespace service topic'],
    ['histogram_quantile(0.5, sum by (le, group) (rate(weft_event_lag_seconds_bucket[5m])))', 'group'],
    ['sum by (group) (weft_dead_letters) / 2 > 1', 'group'],
    ['2 * sum by (group) (weft_dead_letters)', 'group'],
    ['count(up) or vector(0)', ''],
    ['sum by (service) (up) or sum by (pod) (up)', 'pod service'],
    ['sum by (group) (weft_dead_letters) and up', 'group'],
    ['orders:lag:p99', 'group topic'],
  ])('of %s are "%s"', (query, labels) => {
    expect([...resultLabels(parseQuery(query), CATALOGUE)].sort().join(' ')).toBe(labels);
  });
});
