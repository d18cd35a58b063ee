import { App } from 'cdk8s';
import { loadEnvironment } from '../../../charts/environments.ts';
import { Shop } from '../../../charts/shop.ts';
import { dashboards } from '../../../mesh/compile/dashboards/dashboards.ts';
import { BURN_RATE_LIMITS, burnRateOf } from '../../../mesh/compile/rules/burn-rate-alerts.ts';
import { rules } from '../../../mesh/compile/rules/rule-files.ts';
import type { Platform } from '../../../mesh/graph/platform.ts';
import { METRICS, type MetricDefinition } from '../../../mesh/policy/metrics.ts';
import { replaceBetween } from './table.ts';

/** Page with the tables. */
export const DASHBOARDS_PAGE = 'docs/dashboards.md';

const WINDOW_DAYS = 30;

/** Returns `page` with the current dashboards, objectives, alerts and metrics. @throws Error if a marker is missing */
export function withDashboards(page: string): string {
  const platform = new Shop(new App(), loadEnvironment('kind'));
  const tables = {
    dashboards: dashboardTable(platform),
    objectives: objectiveTable(platform),
    'burn rates': burnRateTable(),
    alerts: alertTable(platform),
    metrics: metricTable(),
  };
  return Object.entries(tables).reduce(
    (text, [name, rows]) =>
      replaceBetween(
        text,
        `<!-- ${name}: npm run docs -->`,
        `<!-- end of ${name} -->`,
        `${rows.join('\n')}\n`,
      ),
    page,
  );
}

function dashboardTable(platform: Platform): readonly string[] {
  const rows = dashboards(platform).map(({ title, description, rows }) => [
    title,
    description,
    rows.map((row) => row.title).join(', '),
  ]);
  return markdownTable(['dashboard', 'question', 'rows'], rows);
}

function objectiveTable({ services }: Platform): readonly string[] {
  const rows = services.map(({ name, serviceLevel }) => {
    const { availabilityPercent, latencyPercent, latencyThreshold, windowDays } = serviceLevel;
    const latency = `${latencyPercent} % within ${latencyThreshold}`;
    return [`\`${name}\``, `${availabilityPercent} %`, latency, `${windowDays} days`];
  });
  return markdownTable(['service', 'availability', 'latency', 'window'], rows);
}

function burnRateTable(): readonly string[] {
  const rows = BURN_RATE_LIMITS.map((limit) => {
    const { severity, longWindow, shortWindow, budgetPercent } = limit;
    const burnRate = String(burnRateOf(limit, WINDOW_DAYS));
    return [severity, `${budgetPercent} % in ${longWindow}`, burnRate, `${shortWindow} and ${longWindow}`];
  });
  return markdownTable(['severity', 'error budget spent', 'burn rate', 'windows that exceed it'], rows);
}

function alertTable(platform: Platform): readonly string[] {
  const all = Object.values(rules(platform)).flatMap(({ groups }) => groups.flatMap((group) => group.rules));
  const rows = new Map<string, readonly string[]>();
  for (const rule of all) {
    if ('record' in rule) continue;
    const severities = [...(rows.get(rule.alert)?.[1]?.split(', ') ?? []), rule.labels.severity];
    const meaning = ALERT_MEANINGS[rule.alert];
    if (!meaning) throw new Error(`the alert ${rule.alert} has no meaning; add it to ALERT_MEANINGS`);
    rows.set(rule.alert, [`\`${rule.alert}\``, [...new Set(severities)].join(', '), meaning]);
  }
  return markdownTable(['alert', 'severity', 'meaning'], [...rows.values()]);
}

/** Meanings of alerts for all services together; the annotations of a rule name one service. */
const ALERT_MEANINGS: Readonly<Record<string, string>> = {
  AvailabilityErrorBudgetBurn: 'requests fail so often that the availability objective is in danger',
  LatencyErrorBudgetBurn: 'requests are so slow that the latency objective is in danger',
  ServiceUnreachable: 'Prometheus has not reached any pod of a service for 2 minutes',
  ReconciliationFinding:
    "the payment provider's ledger differs from ours, and reconciliation cannot repair it",
  OutboxStalled: 'the broker has not accepted events for a minute',
  DeadLetters: 'a consumer could not process events',
  TelemetryDropped: 'a process drops spans, log lines or exports; requests are not affected',
  MetricSeriesDropped: 'a label of a metric has too many values',
};

function metricTable(): readonly string[] {
  const rows = Object.entries<MetricDefinition>(METRICS).map(([name, { type, labels, help }]) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ]);
  return markdownTable(['metric', 'type', 'labels', 'meaning'], rows);
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return [line(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(line)];
}
