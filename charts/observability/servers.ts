import { ISTIO_NAMESPACE } from '../../mesh/compile/peers/control-plane.ts';
import { YamlWriter } from '../../mesh/render/yaml.ts';
import { alertmanagerConfig } from './alertmanager-config.ts';
import { collectorConfig } from './collector-config.ts';
import type { ObservabilityFiles } from './files.ts';
import { DASHBOARDS_PATH, dashboardProvider, datasources, GRAFANA_VARIABLES } from './grafana-config.ts';
import { jaegerConfig } from './jaeger-config.ts';
import { kialiConfig } from './kiali-config.ts';
import { lokiConfig } from './loki-config.ts';
import type { ObservabilityServer } from './observability-server.ts';
import { prometheusConfig, RULES_PATH, STACK_RULES } from './prometheus-config.ts';
import { CERTIFICATES_PATH } from './scrape-configs.ts';
import type { ObservabilityPart } from './settings.ts';
import type { Stack } from './stack.ts';

/** Returns the server of each part, with the user of its image. Sizes are those of a small cluster. */
export function serversOf(
  { settings, parts, platform }: Stack,
  { rules, dashboards }: ObservabilityFiles,
): Readonly<Record<ObservabilityPart, ObservabilityServer>> {
  const ruleFiles = { 'observability.yaml': yaml(STACK_RULES), ...rules };
  return {
    collector: {
      part: 'collector',
      uid: 10_001,
      args: ['--config=/etc/otelcol/config.yaml'],
      files: { '/etc/otelcol': { 'config.yaml': yaml(collectorConfig(settings, parts)) } },
      probe: { path: '/', port: 13_133 },
      cpuMillis: 20,
      memoryMiB: 192,
    },
    jaeger: {
      part: 'jaeger',
      uid: 10_001,
      args: ['--config=/etc/jaeger/config.yaml'],
      files: { '/etc/jaeger': { 'config.yaml': yaml(jaegerConfig(settings.maxTraces)) } },
      probe: { path: '/status', port: 13_133 },
      cpuMillis: 20,
      memoryMiB: 256,
    },
    prometheus: {
      part: 'prometheus',
      uid: 65_534,
      args: [
        '--config.file=/etc/prometheus/config/prometheus.yaml',
        '--storage.tsdb.path=/prometheus',
        `--storage.tsdb.retention.time=${settings.retentionDays}d`,
        // Leaves room on the volume for the write-ahead log.
        `--storage.tsdb.retention.size=${Math.floor(settings.storageGiB * 0.8 * 1_024)}MB`,
        '--enable-feature=exemplar-storage',
        ...(settings.hasOtlpMetrics ? ['--web.enable-remote-write-receiver'] : []),
      ],
      files: {
        '/etc/prometheus/config': {
          'prometheus.yaml': yaml(
            prometheusConfig(settings, parts, Object.keys(ruleFiles), platform.namespace, ISTIO_NAMESPACE),
          ),
        },
        [RULES_PATH]: ruleFiles,
      },
      storage: '/prometheus',
      certificates: CERTIFICATES_PATH,
      podAnnotations: CERTIFICATE_ANNOTATIONS,
      probe: { path: '/-/ready', port: 9_090 },
      readsApi: true,
      cpuMillis: 50,
      memoryMiB: 512,
    },
    alertmanager: {
      part: 'alertmanager',
      uid: 65_534,
      args: [
        '--config.file=/etc/alertmanager/alertmanager.yaml',
        '--storage.path=/alertmanager',
        // A single pod needs no gossip.
        '--cluster.listen-address=',
      ],
      files: { '/etc/alertmanager': { 'alertmanager.yaml': yaml(alertmanagerConfig()) } },
      storage: '/alertmanager',
      probe: { path: '/-/ready', port: 9_093 },
      cpuMillis: 10,
      memoryMiB: 64,
    },
    loki: {
      part: 'loki',
      uid: 10_001,
      args: ['-config.file=/etc/loki/config.yaml'],
      files: { '/etc/loki': { 'config.yaml': yaml(lokiConfig(settings.retentionDays)) } },
      storage: '/loki',
      scratch: ['/tmp'],
      probe: { path: '/ready', port: 3_100 },
      cpuMillis: 30,
      memoryMiB: 384,
    },
    grafana: {
      part: 'grafana',
      uid: 472,
      env: GRAFANA_VARIABLES,
      files: {
        '/etc/grafana/provisioning/datasources': { 'datasources.yaml': yaml(datasources(parts)) },
        '/etc/grafana/provisioning/dashboards': { 'weft.yaml': yaml(dashboardProvider()) },
        ...(Object.keys(dashboards).length > 0 && { [DASHBOARDS_PATH]: dashboards }),
      },
      scratch: ['/var/lib/grafana', '/tmp'],
      probe: { path: '/api/health', port: 3_000 },
      cpuMillis: 30,
      memoryMiB: 384,
    },
    kiali: {
      part: 'kiali',
      uid: 1_000,
      args: ['-config', '/etc/kiali/config.yaml'],
      files: { '/etc/kiali': { 'config.yaml': yaml(kialiConfig(settings, parts, ISTIO_NAMESPACE)) } },
      podAnnotations: {
        // Port 53 as well, because DNS over TCP would otherwise be closed by the sidecar.
        'traffic.sidecar.istio.io/excludeOutboundPorts': '53,443',
      },
      probe: { path: '/healthz', port: 20_001 },
      readsApi: true,
      cpuMillis: 30,
      memoryMiB: 256,
    },
  };
}

/**
 * Makes the sidecar of Prometheus write its certificate for scrapes, and intercept none of the outgoing connections:
 * Prometheus connects to addresses of pods, which the sidecar does not know.
 */
const CERTIFICATE_ANNOTATIONS = {
  'traffic.sidecar.istio.io/includeOutboundIPRanges': '',
  'proxy.istio.io/config': JSON.stringify({ proxyMetadata: { OUTPUT_CERTS: CERTIFICATES_PATH } }),
  'sidecar.istio.io/userVolumeMount': JSON.stringify([
    { name: 'certificates', mountPath: CERTIFICATES_PATH },
  ]),
};

function yaml(value: object): string {
  return new YamlWriter().stringify([value]);
}
