import { BigValueColorMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder, QueryGroupBuilder, TargetBuilder } from '@grafana/grafana-foundation-sdk/dashboardv2';
import {
  VisualizationV2Builder as Heatmap,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat, QueryV2Builder } from '@grafana/grafana-foundation-sdk/prometheus';
import { VisualizationV2Builder as Stat } from '@grafana/grafana-foundation-sdk/stat';
import { VisualizationV2Builder as Table } from '@grafana/grafana-foundation-sdk/table';
import type { Panel, PanelQuery } from '../panel.ts';
import { GRAFANA_UNITS, thresholds } from './grafana-fields.ts';
import { grafanaTimeseries } from './grafana-timeseries.ts';

/** Uid of the data source for Prometheus, which the provisioning of Grafana must use. */
export const GRAFANA_PROMETHEUS_UID = 'prometheus';

/** Returns a panel in Grafana's schema. @param id unique in the dashboard, from 1 */
export function grafanaPanel(panel: Panel, id: number): PanelBuilder {
  const targets = panel.queries.map((query, index) => target(panel, query, index));
  return new PanelBuilder()
    .id(id)
    .title(panel.title)
    .description(
      panel.threshold ? `${panel.description} Limit: ${panel.threshold.label}.` : panel.description,
    )
    .data(new QueryGroupBuilder().targets(targets))
    .visualization(visualization(panel));
}

function target({ kind }: Panel, { expr, legend }: PanelQuery, index: number): TargetBuilder {
  const isInstant = kind === 'table' || kind === 'stat';
  const query = new QueryV2Builder()
    .datasource({ name: GRAFANA_PROMETHEUS_UID })
    .expr(expr)
    .legendFormat(legend)
    .instant(isInstant)
    .range(!isInstant);
  if (kind === 'table') query.format(PromQueryFormat.Table);
  if (kind === 'heatmap') query.format(PromQueryFormat.Heatmap);
  return new TargetBuilder().refId(refIdOf(index)).query(query);
}

function visualization(panel: Panel) {
  const unit = GRAFANA_UNITS[panel.unit];
  switch (panel.kind) {
    case 'timeseries':
      return grafanaTimeseries(panel);
    case 'stat':
      return new Stat()
        .unit(unit)
        .thresholds(thresholds(panel.threshold))
        .colorMode(panel.threshold ? BigValueColorMode.Value : BigValueColorMode.None)
        .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']));
    case 'table':
      return new Table().unit(unit).thresholds(thresholds(panel.threshold));
    case 'heatmap':
      // The data are buckets of a histogram already.
      return new Heatmap().calculate(false).yAxis(new YAxisConfigBuilder().unit(unit));
  }
}

/** Returns the name of a query: A, B, C. */
function refIdOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
