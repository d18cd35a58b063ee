/** Pods outside of the graph, as a NetworkPolicy selects them. */
export interface PodPeer {
  readonly namespace: string;
  /** Labels that all of these pods have. At least one. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Pods that scrape metrics, such as Prometheus. */
export interface MonitoringPeer extends PodPeer {
  /** ServiceAccount of the pods, in the same namespace. It is the identity in their certificate. */
  readonly serviceAccount: string;
}

/** A collector that accepts OTLP, such as the OpenTelemetry Collector or Jaeger. */
export interface TelemetryPeer extends PodPeer {
  /** Name of the collector's Service, in the same namespace. */
  readonly service: string;
  /** Ports of the Service and of its pods. Sidecars send traces over gRPC to the first port. @default 4317 and 4318 */
  readonly ports?: readonly number[];
  /** Whether processes export traces and logs to it, by OTLP over HTTP. Otherwise only sidecars do. @default true */
  readonly receivesFromProcesses?: boolean;
}

/** A DNS server: its pods, or the addresses of servers that are not pods, such as a node-local cache. */
export type DnsPeer = (PodPeer | { readonly cidr: string }) & {
  /** UDP and TCP port of the pods, which may differ from the port of the Service. @default 53 */
  readonly port?: number;
};

/** CoreDNS or kube-dns, as installed by kubeadm, kind and the large providers. */
export const KUBE_DNS: DnsPeer = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };

/** NodeLocal DNSCache at its usual link-local address. */
export const NODE_LOCAL_DNS: DnsPeer = { cidr: '169.254.20.10/32' };
