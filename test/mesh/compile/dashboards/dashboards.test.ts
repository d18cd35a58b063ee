import { describe, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { loadEnvironment } from '../../../../charts/environments.ts';
import { Shop } from '../../../../charts/shop.ts';
import { dashboards } from '../../../../mesh/compile/dashboards/dashboards.ts';
import { bindDurations, type Dashboard, keyedPanels } from '../../../../mesh/compile/dashboards/panel.ts';
import { smallPlatform } from '../small-platform.ts';

const SHOP = dashboards(new Shop(new App(), loadEnvironment('kind')));
const panels = SHOP.flatMap((dashboard) =>
  keyedPanels(dashboard).map(([key, panel]) => [`${dashboard.id} ${key} ${panel.title}`, panel] as const),
);

/** Writes a dashboard as an outline. */
function outline({ id, title, rows }: Dashboard): string {
  return [
    `${title} (${id})`,
    ...rows.flatMap((row) => [
      `  ${row.title}`,
      ...row.panels.map(({ kind, title, unit, threshold }) => {
        const limit = threshold ? `, ${threshold.breach} ${threshold.value}: ${threshold.label}` : '';
        return `    ${kind} ${title} [${unit}]${limit}`;
      }),
    ]),
  ].join('\n');
}

test('the shop has the recorded dashboards', () => {
  expect(SHOP.map(outline).join('\n\n')).toMatchSnapshot();
});

test('the queries of the product service are the recorded ones', () => {
  const product = SHOP.find(({ id }) => id === 'service-product');
  const lines = product
    ? keyedPanels(product).flatMap(([key, { title, queries }]) => [
        `${key} ${title}`,
        ...queries.map(({ expr, legend }) => `  ${legend}: ${expr}`),
      ])
    : [];
  expect(lines.join('\n')).toMatchSnapshot();
});

test.each(panels)('%s has a description, queries and distinct legends', (_, { description, queries }) => {
  expect(description).toMatch(/^.{20,}[.]$/s);
  expect(new Set(queries.map(({ expr }) => expr)).size).toBe(queries.length);
  expect(new Set(queries.map(({ legend }) => legend)).size).toBe(queries.length);
});

test('ids of dashboards and titles of the panels of a row are unique', () => {
  expect(new Set(SHOP.map(({ id }) => id)).size).toBe(SHOP.length);
  for (const { rows } of SHOP)
    for (const row of rows)
      expect(new Set(row.panels.map(({ title }) => title)).size).toBe(row.panels.length);
});

describe('a service gets the rows that its declaration allows:', () => {
  const { platform } = smallPlatform();
  const rowsOf = (id: string) =>
    dashboards(platform)
      .find((dashboard) => dashboard.id === id)
      ?.rows.map(({ title }) => title);

  test('a server and its versions', () => {
    expect(rowsOf('service-stock')).toEqual([
      'Objectives',
      'Calls in over gRPC',
      'Versions side by side',
      'Saturation',
    ]);
  });

  test('an edge with calls', () => {
    expect(rowsOf('service-shop')).toEqual([
      'Objectives',
      'Calls in over HTTP',
      'Calls out',
      'Versions side by side',
      'Saturation',
    ]);
  });

  test('a consumer without requests', () => {
    expect(rowsOf('service-audit')).toEqual(['Saturation']);
  });
});

test('a platform without Istio has no comparison with the mesh', () => {
  const { platform } = smallPlatform({ environment: { hasIstio: false } });
  expect(dashboards(platform).map(({ id }) => id)).not.toContain('mesh-and-app');
});

test('thresholds follow the objective', () => {
  const { platform } = smallPlatform({
    stock: { serviceLevel: { availabilityPercent: 99.5, latencyThreshold: '50ms' } },
  });
  const stock = dashboards(platform).find(({ id }) => id === 'service-stock');
  const thresholds = stock
    ? keyedPanels(stock).map(([, { title, threshold }]) => [title, threshold?.value])
    : [];
  expect(Object.fromEntries(thresholds)).toMatchObject({
    Availability: 0.995,
    Failures: 0.005,
    Latency: 0.05,
  });
});

test('durations replace the variables of a query', () => {
  expect(bindDurations('rate(up[$__rate_interval]) + increase(up[$__range])', '20s', '1h')).toBe(
    'rate(up[20s]) + increase(up[1h])',
  );
});
