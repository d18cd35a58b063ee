import { METRICS_PORT } from './access.ts';
import { MONITORING_NAMESPACE } from './names.ts';

/** Folder of the certificates that the sidecar of Prometheus writes. */
export const CERTIFICATES_PATH = '/etc/istio-output-certs';

/**
 * TLS with the certificate of the pod. Prometheus cannot verify a SPIFFE name; the NetworkPolicies name both ends.
 */
export const MESH_TLS = {
  ca_file: `${CERTIFICATES_PATH}/root-cert.pem`,
  cert_file: `${CERTIFICATES_PATH}/cert-chain.pem`,
  key_file: `${CERTIFICATES_PATH}/key.pem`,
  insecure_skip_verify: true,
} as const;

const POD = '__meta_kubernetes_pod';

/** Labels of every target that is a pod. */
const POD_LABELS = [
  { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
  { source_labels: [`${POD}_name`], target_label: 'pod' },
  { source_labels: [`${POD}_label_app_kubernetes_io_name`], target_label: 'service' },
  { source_labels: [`${POD}_label_app_kubernetes_io_version`], target_label: 'version' },
];

/**
 * Returns the scrape configurations: the processes of the platform, their sidecars, Istio's control plane and gateways,
 * and the parts of the stack.
 * @param namespace the namespace of the platform
 */
export function scrapeConfigs(namespace: string, istioNamespace: string): readonly object[] {
  const sidecars = [namespace, MONITORING_NAMESPACE];
  return [
    {
      job_name: 'weft-services',
      scheme: 'https',
      tls_config: MESH_TLS,
      kubernetes_sd_configs: pods(namespace),
      relabel_configs: [keepPort('http-admin'), ...keepRunning(), ...POD_LABELS],
    },
    {
      job_name: 'weft-sidecars',
      metrics_path: '/stats/prometheus',
      kubernetes_sd_configs: pods(...sidecars),
      relabel_configs: [
        keepPort('http-envoy-prom'),
        ...keepRunning(),
        { source_labels: [`${POD}_ip`], replacement: '$1:15020', target_label: '__address__' },
        ...POD_LABELS,
      ],
    },
    {
      job_name: 'istio',
      kubernetes_sd_configs: pods(istioNamespace),
      relabel_configs: [
        { source_labels: [`${POD}_annotation_prometheus_io_scrape`], regex: 'true', action: 'keep' },
        ...keepRunning(),
        {
          source_labels: [`${POD}_annotation_prometheus_io_path`],
          regex: '(.+)',
          target_label: '__metrics_path__',
        },
        {
          source_labels: [`${POD}_ip`, `${POD}_annotation_prometheus_io_port`],
          separator: ':',
          target_label: '__address__',
        },
        ...POD_LABELS,
        // Istio's own pods have this label only.
        { source_labels: [`${POD}_label_app`], target_label: 'service' },
      ],
    },
    {
      job_name: 'observability',
      scheme: 'https',
      tls_config: MESH_TLS,
      kubernetes_sd_configs: pods(MONITORING_NAMESPACE),
      relabel_configs: [keepPort(METRICS_PORT), ...keepRunning(), ...POD_LABELS],
    },
    {
      job_name: 'prometheus',
      static_configs: [
        {
          targets: ['localhost:9090'],
          labels: { namespace: MONITORING_NAMESPACE, service: 'prometheus' },
        },
      ],
    },
  ];
}

function pods(...names: readonly string[]): readonly object[] {
  return [{ role: 'pod', namespaces: { names } }];
}

function keepPort(name: string): object {
  return { source_labels: [`${POD}_container_port_name`], regex: name, action: 'keep' };
}

/** Leaves out completed pods and pods without an address, which would count as down. */
function keepRunning(): readonly object[] {
  return [{ source_labels: [`${POD}_phase`], regex: 'Pending|Succeeded|Failed', action: 'drop' }];
}
