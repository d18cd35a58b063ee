import { expect, test } from '@jest/globals';
import { layersNamed } from '../../../../scripts/lab/contrast/layers.ts';
import { percentiles } from '../../../../scripts/lab/contrast/percentiles.ts';
import { scenariosNamed } from '../../../../scripts/lab/contrast/scenarios.ts';

test('without a word, all layers that can be tried are', () => {
  expect(layersNamed(undefined, true)).toEqual(['none', 'app', 'mesh', 'proxyless', 'both']);
  expect(layersNamed(undefined, false)).toEqual(['none', 'app']);
  expect(layersNamed('app', false)).toEqual(['app']);
});

test('names that there are not, and layers that need a cluster, are refused with what to do', () => {
  expect(() => layersNamed('app,envoy', true)).toThrow("--layers 'envoy' is none: use some of none, app");
  expect(() => layersNamed('mesh', false)).toThrow("layer 'mesh' needs a cluster: npm run kind:up makes one");
  expect(() => scenariosNamed('calm,storm')).toThrow("--scenarios 'storm' is none: use some of calm");
  expect(scenariosNamed('overload,calm').map(({ name }) => name)).toEqual(['overload', 'calm']);
});

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => 1_000 - index);
  expect(percentiles(values)).toEqual({ p50: 500, p90: 900, p99: 990, p999: 999 });
  expect(percentiles([7])).toEqual({ p50: 7, p90: 7, p99: 7, p999: 7 });
  expect(percentiles([])).toEqual({ p50: 0, p90: 0, p99: 0, p999: 0 });
});
