import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { VisualizationV2Builder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Panel } from '../panel.ts';
import { GRAFANA_UNITS, thresholds } from './grafana-fields.ts';

/** Returns lines over time, with the threshold as a dashed line and a legend with the latest values. */
export function grafanaTimeseries({ unit, threshold, isStacked = false }: Panel): VisualizationV2Builder {
  const builder = new VisualizationV2Builder()
    .unit(GRAFANA_UNITS[unit])
    .min(0)
    .lineWidth(1)
    .fillOpacity(isStacked ? 30 : 8)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .thresholds(thresholds(threshold))
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        threshold ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
      ),
    );
  return isStacked ? builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)) : builder;
}
