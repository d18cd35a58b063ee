import { expect, test } from '@jest/globals';
import {
  centerViewport,
  fitViewport,
  MAX_SCALE,
  MIN_SCALE,
  zoomViewport,
} from '../../../../../mesh/run/dashboard/browser/graph/viewport.ts';

test('fits a drawing into the center of the box', () => {
  const { x, y, scale } = fitViewport({ width: 1_000, height: 400 }, { width: 500, height: 500 });
  expect({ x, y, scale }).toEqual({ x: 0, y: 150, scale: 0.5 });
});

test('magnifies a small drawing only a little', () => {
  expect(fitViewport({ width: 10, height: 10 }, { width: 500, height: 500 }).scale).toBeLessThan(1.2);
});

test('keeps the point under the pointer when zooming', () => {
  const before = { x: 30, y: -20, scale: 0.8 };
  const center = { x: 200, y: 100 };
  const after = zoomViewport(before, 1.5, center);
  expect((center.x - after.x) / after.scale).toBeCloseTo((center.x - before.x) / before.scale);
  expect((center.y - after.y) / after.scale).toBeCloseTo((center.y - before.y) / before.scale);
});

test('limits the scale', () => {
  const start = { x: 0, y: 0, scale: 1 };
  expect(zoomViewport(start, 1e6, { x: 0, y: 0 }).scale).toBe(MAX_SCALE);
  expect(zoomViewport(start, 1e-6, { x: 0, y: 0 }).scale).toBe(MIN_SCALE);
});

test('centers a point', () => {
  const { x, y } = centerViewport({ x: 0, y: 0, scale: 2 }, { x: 100, y: 50 }, { width: 400, height: 300 });
  expect({ x, y }).toEqual({ x: 0, y: 50 });
});
