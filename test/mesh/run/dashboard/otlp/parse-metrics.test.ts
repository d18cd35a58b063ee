import { describe, expect, test } from '@jest/globals';
import { parseMetrics } from '../../../../../mesh/run/dashboard/otlp/parse-metrics.ts';
import { counter, gauge, histogram, metrics, NOW } from '../otlp-requests.ts';

const parse = (...list: object[]) => parseMetrics(metrics('order', list));

describe('a metric', () => {
  test('is a counter, gauge or histogram with its points', () => {
    const { records } = parse(
      counter('requests', [{ labels: { method: 'GET' }, value: 5 }]),
      gauge('queue', [{ value: 2 }]),
      histogram('seconds', [{ bounds: [1, 2], counts: [3, 4, 5] }]),
    );
    expect(records).toMatchObject([
      { metric: 'requests', type: 'counter', value: 5, labels: { method: 'GET' }, time: NOW * 1_000 },
      { metric: 'queue', type: 'gauge', value: 2 },
      { metric: 'seconds', type: 'histogram', value: 12, histogram: { bounds: [1, 2], counts: [3, 4, 5] } },
    ]);
  });

  test('that is a sum which can decrease is a gauge', () => {
    const { records } = parse({ name: 'size', sum: { dataPoints: [{ timeUnixNano: '1000', asInt: '7' }] } });
    expect(records).toMatchObject([{ type: 'gauge', value: 7 }]);
  });

  test.each(['asDouble', 'asInt'])('may have the value 0 in %s', (field) => {
    const { records } = parse({
      name: 'size',
      gauge: { dataPoints: [{ timeUnixNano: '1000', [field]: 0 }] },
    });
    expect(records.map(({ value }) => value)).toEqual([0]);
  });

  test.each([1, 'AGGREGATION_TEMPORALITY_DELTA'])(
    'with the temporality %j is refused with the setting to change',
    (value) => {
      expect(
        parse({ name: 'requests', sum: { aggregationTemporality: value, dataPoints: [] } }).refusals,
      ).toEqual([
        expect.stringMatching(
          /\(requests\) has delta temporality; export with OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative$/,
        ),
      ]);
    },
  );

  test.each([
    ['no name', { gauge: {} }, 'name is missing; it must be a string'],
    ['another type', { name: 'sizes', exponentialHistogram: {} }, '(sizes) is no sum, gauge or histogram'],
    [
      'points that are no list',
      { name: 'a', gauge: { dataPoints: 5 } },
      'dataPoints is 5; it must be a list',
    ],
  ])('is refused with %s', (_, metric, message) => {
    expect(parse(metric)).toEqual({ records: [], refusals: [expect.stringContaining(message)] });
  });

  test('with an invalid point keeps its other points', () => {
    const { records, refusals } = parse({
      name: 'queue',
      gauge: {
        dataPoints: [
          { timeUnixNano: '1000', asDouble: 1 },
          null,
          { timeUnixNano: '1000', asDouble: 'NaN' },
          { timeUnixNano: '1000', asDouble: 4 },
        ],
      },
    });
    expect(records.map(({ value }) => value)).toEqual([1, 4]);
    expect(refusals).toEqual([
      expect.stringMatching(/dataPoints\[1\] is null; it must be an object$/),
      expect.stringMatching(/dataPoints\[2\]\.asDouble is "NaN"; it must be a number$/),
    ]);
  });

  test('with as many bucket counts as bounds is refused', () => {
    expect(parse(histogram('seconds', [{ bounds: [1, 2], counts: [1, 2] }])).refusals).toEqual([
      expect.stringMatching(/has 2 bucketCounts and 2 explicitBounds; send one count more than bounds$/),
    ]);
  });
});
