import { grafanaDashboards } from '../../mesh/compile/dashboards/grafana/grafana-dashboards.ts';
import { ruleFiles } from '../../mesh/compile/rules/rule-files.ts';
import type { Platform } from '../../mesh/graph/platform.ts';

/** Files of the stack that are derived from the graph, by file name. */
export interface ObservabilityFiles {
  /** Recording and alert rules of Prometheus. */
  readonly rules: Readonly<Record<string, string>>;
  /** Dashboards of Grafana, as JSON. */
  readonly dashboards: Readonly<Record<string, string>>;
}

/** Returns the rules and dashboards of a platform. */
export function observabilityFiles(platform: Platform): ObservabilityFiles {
  return { rules: ruleFiles(platform), dashboards: grafanaDashboards(platform) };
}
