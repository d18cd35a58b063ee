import {
  DashboardBuilder,
  DashboardCursorSync,
  type Dashboard as GrafanaDashboard,
  GridBuilder,
  GridItemBuilder,
  manifest,
  RowBuilder,
  RowsBuilder,
  TimeSettingsBuilder,
} from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { Platform } from '../../../graph/platform.ts';
import { dashboards } from '../dashboards.ts';
import { type Dashboard, keyedPanels, type Panel, type PanelKind } from '../panel.ts';
import { grafanaPanel } from './grafana-panel.ts';

/** Columns of Grafana's grid. */
const COLUMNS = 24;
/** Columns and rows of a panel. */
const SIZES: Readonly<Record<PanelKind, { readonly width: number; readonly height: number }>> = {
  stat: { width: 4, height: 4 },
  timeseries: { width: 8, height: 8 },
  table: { width: 8, height: 8 },
  heatmap: { width: 8, height: 8 },
};

/**
 * Returns the dashboards of a platform as files for Grafana's provisioning, by file name. Each is a resource of
 * `dashboard.grafana.app/v2`, the schema of the Grafana Foundation SDK.
 */
export function grafanaDashboards(platform: Platform): Readonly<Record<string, string>> {
  return Object.fromEntries(
    dashboards(platform).map((dashboard) => {
      const name = `${platform.node.id}-${dashboard.id}`;
      const resource = manifest(name, builderOf(platform, dashboard)).build();
      return [`${name}.json`, `${JSON.stringify(resource)}\n`];
    }),
  );
}

/** Returns one dashboard in Grafana's schema. */
export function grafanaDashboard(platform: Platform, dashboard: Dashboard): GrafanaDashboard {
  return builderOf(platform, dashboard).build();
}

function builderOf(platform: Platform, dashboard: Dashboard): DashboardBuilder {
  const builder = new DashboardBuilder(dashboard.title)
    .description(dashboard.description)
    .tags(['weft', platform.node.id])
    .editable(false)
    .cursorSync(DashboardCursorSync.Crosshair)
    .timeSettings(new TimeSettingsBuilder().from('now-1h').to('now').autoRefresh('30s'));
  for (const [index, [key, panel]] of keyedPanels(dashboard).entries())
    builder.element(elementName(key), grafanaPanel(panel, index + 1));
  const rows = dashboard.rows.map(({ title, panels }, row) =>
    new RowBuilder().title(title).layout(grid(panels, (index) => elementName(`${row + 1}-${index + 1}`))),
  );
  return builder.layout(new RowsBuilder().rows(rows));
}

/** Places panels from the left to the right, in lines as high as their highest panel. */
function grid(panels: readonly Panel[], nameOf: (index: number) => string): GridBuilder {
  const builder = new GridBuilder();
  let [x, y, lineHeight] = [0, 0, 0];
  for (const [index, { kind }] of panels.entries()) {
    const { width, height } = SIZES[kind];
    if (x + width > COLUMNS) [x, y, lineHeight] = [0, y + lineHeight, 0];
    const name = nameOf(index);
    builder.item(new GridItemBuilder().name(name).x(x).y(y).width(width).height(height));
    x += width;
    lineHeight = Math.max(lineHeight, height);
  }
  return builder;
}

function elementName(key: string): string {
  return `panel-${key}`;
}
