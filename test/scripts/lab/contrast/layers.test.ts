import { expect, test } from '@jest/globals';
import { parseLayers } from '../../../../scripts/lab/contrast/layers.ts';
import { percentiles } from '../../../../scripts/lab/contrast/percentiles.ts';
import { parseScenarios } from '../../../../scripts/lab/contrast/scenarios.ts';

test('without --layers, all layers that need no missing cluster are used', () => {
  expect(parseLayers(undefined, true)).toEqual(['none', 'app', 'mesh', 'proxyless', 'both']);
  expect(parseLayers(undefined, false)).toEqual(['none', 'app']);
  expect(parseLayers('app', false)).toEqual(['app']);
});

test('unknown names and layers without their cluster are rejected with the valid choices', () => {
  expect(() => parseLayers('app,envoy', true)).toThrow("--layers 'envoy' is unknown; use any of none, app");
  expect(() => parseLayers('mesh', false)).toThrow(
    "layer 'mesh' needs a cluster; create one with npm run kind:up",
  );
  expect(() => parseScenarios('calm,storm')).toThrow("--scenarios 'storm' is unknown; use any of calm");
  expect(parseScenarios('overload,calm').map(({ name }) => name)).toEqual(['overload', 'calm']);
});

test('a percentile is always a measured value', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => 1_000 - index);
  expect(percentiles(values)).toEqual({ p50: 500, p90: 900, p99: 990, p999: 999 });
  expect(percentiles([7])).toEqual({ p50: 7, p90: 7, p99: 7, p999: 7 });
  expect(percentiles([])).toEqual({ p50: 0, p90: 0, p99: 0, p999: 0 });
});
