import { partHost } from './names.ts';
import { MESH_TLS, scrapeConfigs } from './scrape-configs.ts';
import type { ObservabilityPart, ObservabilitySettings } from './settings.ts';

/** Folder of the recording and alert rules. */
export const RULES_PATH = '/etc/prometheus/rules';

/**
 * Returns the configuration of Prometheus 3.
 * @param ruleFiles names of the files in `RULES_PATH`
 * @param namespace the namespace of the platform
 * @see https://prometheus.io/docs/prometheus/3.5/configuration/configuration/
 */
export function prometheusConfig(
  settings: ObservabilitySettings,
  parts: ReadonlySet<ObservabilityPart>,
  ruleFiles: readonly string[],
  namespace: string,
  istioNamespace: string,
): object {
  return {
    global: {
      scrape_interval: `${settings.scrapeSeconds}s`,
      scrape_timeout: `${Math.min(settings.scrapeSeconds, 10)}s`,
      evaluation_interval: `${settings.scrapeSeconds}s`,
      // OpenMetrics first: only it has exemplars.
      scrape_protocols: ['OpenMetricsText1.0.0', 'OpenMetricsText0.0.1', 'PrometheusText0.0.4'],
    },
    storage: { exemplars: { max_exemplars: 100_000 } },
    // A pattern would also match the folders with which Kubernetes replaces the files of a ConfigMap.
    rule_files: ruleFiles.map((file) => `${RULES_PATH}/${file}`),
    ...(parts.has('alertmanager') && {
      alerting: {
        alertmanagers: [
          {
            scheme: 'https',
            tls_config: MESH_TLS,
            static_configs: [{ targets: [`${partHost('alertmanager')}:9093`] }],
          },
        ],
      },
    }),
    scrape_configs: scrapeConfigs(namespace, istioNamespace),
  };
}

/** Rules about the stack itself. The alert `Watchdog` always fires: its absence shows that alerts do not arrive. */
export const STACK_RULES = {
  groups: [
    {
      name: 'observability',
      rules: [
        {
          alert: 'Watchdog',
          expr: 'vector(1)',
          labels: { severity: 'none' },
          annotations: { summary: 'Alerts reach Alertmanager', description: 'This alert always fires.' },
        },
        {
          alert: 'TargetDown',
          expr: 'up == 0',
          for: '2m',
          labels: { severity: 'ticket' },
          annotations: {
            summary: '{{ $labels.service }} is not scraped',
            description:
              'Prometheus has not reached {{ $labels.instance }} of job {{ $labels.job }} for 2 minutes.',
          },
        },
      ],
    },
  ],
} as const;
