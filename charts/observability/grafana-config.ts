import { partHost } from './names.ts';
import type { ObservabilityPart } from './settings.ts';

/** Folder of the dashboards that are derived from the graph. */
export const DASHBOARDS_PATH = '/etc/grafana/generated';

/**
 * Returns the datasources of Grafana, linked to each other: from an exemplar to its trace, from a trace to its logs, and
 * from a log line to its trace. Grafana replaces `$$` by `$`.
 * @see https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources
 */
export function datasources(parts: ReadonlySet<ObservabilityPart>): object {
  const hasTraces = parts.has('jaeger');
  const prometheus = {
    ...source('prometheus', 'Prometheus', 9_090),
    isDefault: true,
    jsonData: {
      httpMethod: 'POST',
      ...(hasTraces && { exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'jaeger' }] }),
    },
  };
  const loki = {
    ...source('loki', 'Loki', 3_100),
    jsonData: {
      ...(hasTraces && {
        derivedFields: [
          {
            name: 'trace',
            matcherType: 'label',
            matcherRegex: 'trace_id',
            url: '$${__value.raw}',
            datasourceUid: 'jaeger',
          },
        ],
      }),
    },
  };
  const jaeger = {
    ...source('jaeger', 'Jaeger', 16_686),
    jsonData: {
      ...(parts.has('loki') && {
        tracesToLogsV2: {
          datasourceUid: 'loki',
          tags: [{ key: 'service.name', value: 'service_name' }],
          filterByTraceID: true,
          spanStartTimeShift: '-1m',
          spanEndTimeShift: '1m',
        },
      }),
    },
  };
  const alertmanager = {
    ...source('alertmanager', 'Alertmanager', 9_093),
    jsonData: { implementation: 'prometheus', handleGrafanaManagedAlerts: false },
  };
  const all = { prometheus, loki, jaeger, alertmanager };
  return {
    apiVersion: 1,
    datasources: Object.entries(all).flatMap(([part, datasource]) =>
      parts.has(part as ObservabilityPart) ? [datasource] : [],
    ),
  };
}

function source(part: ObservabilityPart, name: string, port: number): object {
  return {
    name,
    uid: part,
    type: part,
    access: 'proxy',
    url: `http://${partHost(part)}:${port}`,
    editable: false,
  };
}

/** Returns the provider that loads the dashboards. */
export function dashboardProvider(): object {
  return {
    apiVersion: 1,
    providers: [
      {
        name: 'weft',
        folder: 'Weft',
        type: 'file',
        allowUiUpdates: false,
        disableDeletion: true,
        options: { path: DASHBOARDS_PATH },
      },
    ],
  };
}

/**
 * Settings of Grafana: every user is an anonymous viewer, and sign-in is disabled. Grafana is reachable through `kubectl
 * port-forward` only.
 */
export const GRAFANA_VARIABLES = {
  GF_AUTH_ANONYMOUS_ENABLED: 'true',
  GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
  GF_AUTH_BASIC_ENABLED: 'false',
  GF_AUTH_DISABLE_LOGIN_FORM: 'true',
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  GF_PATHS_DATA: '/var/lib/grafana',
  GF_LOG_MODE: 'console',
} as const;
