import type { Dashboard as GrafanaDashboard } from '@grafana/grafana-foundation-sdk/dashboardv2';
import { describe, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { loadEnvironment } from '../../../../charts/environments.ts';
import { Shop } from '../../../../charts/shop.ts';
import { grafanaDashboards } from '../../../../mesh/compile/dashboards/grafana/grafana-dashboards.ts';

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: GrafanaDashboard;
}

const FILES = grafanaDashboards(new Shop(new App(), loadEnvironment('kind')));
const RESOURCES = Object.entries(FILES).map(([file, text]) => [file, JSON.parse(text) as Resource] as const);

/** Bytes of an object that kubectl apply can store in the annotation of the applied state. */
const MAX_APPLIED_BYTES = 262_144;

describe.each(RESOURCES)('%s', (file, { apiVersion, kind, metadata, spec }) => {
  const panels = Object.values(spec.elements).flatMap((element) =>
    element.kind === 'Panel' ? [element.spec] : [],
  );
  const rows = spec.layout.kind === 'RowsLayout' ? spec.layout.spec.rows : [];
  const items = rows.map(({ spec: { layout } }) => (layout.kind === 'GridLayout' ? layout.spec.items : []));

  test('is a resource of the current schema, named after its file', () => {
    expect({ apiVersion, kind }).toEqual({ apiVersion: 'dashboard.grafana.app/v2', kind: 'Dashboard' });
    expect(`${metadata.name}.json`).toBe(file);
    expect(metadata.name).toMatch(/^[a-z0-9-]{1,40}$/);
  });

  test('has panels with unique ids, a description, a unit and a known visualization', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { description, vizConfig } of panels) {
      expect(description).toMatch(/\.$/);
      expect(['timeseries', 'stat', 'table', 'heatmap']).toContain(vizConfig.group);
      const { options, fieldConfig } = vizConfig.spec;
      expect(
        fieldConfig.defaults.unit ?? (options as { yAxis?: { unit?: string } }).yAxis?.unit,
      ).toBeTruthy();
    }
  });

  test('refers to the Prometheus data source in every query', () => {
    for (const { data } of panels) {
      const refIds = data.spec.queries.map(({ spec: query }) => query.refId);
      expect(new Set(refIds).size).toBe(refIds.length);
      for (const { spec: panelQuery } of data.spec.queries) {
        const { query } = panelQuery;
        expect([query.group, query.datasource?.name]).toEqual(['prometheus', 'prometheus']);
        expect(query.spec.expr).toBeTruthy();
      }
    }
  });

  test('places every panel once, without overlaps, inside of 24 columns', () => {
    const placed = items.flat().map(({ spec: item }) => item.element.name);
    expect(placed.sort()).toEqual(Object.keys(spec.elements).sort());
    for (const row of items) {
      const cells = row.flatMap(({ spec: { x, y, width, height } }) =>
        Array.from(
          { length: width * height },
          (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`,
        ),
      );
      expect(new Set(cells).size).toBe(cells.length);
      for (const { spec: item } of row) expect(item.x + item.width).toBeLessThanOrEqual(24);
    }
  });

  test('is small enough for a ConfigMap that kubectl applies', () => {
    expect(Buffer.byteLength(FILES[file] ?? '')).toBeLessThan(MAX_APPLIED_BYTES / 2);
  });
});

test('a panel of lines is the recorded one', () => {
  const product = RESOURCES.find(([file]) => file === 'shop-service-product.json')?.[1];
  expect(product?.spec.elements['panel-2-3']).toMatchSnapshot();
});
