/** Pods outside of the graph, as a NetworkPolicy selects them. */
export interface PodPeer {
  readonly namespace: string;
  /** Labels that all of these pods have; at least one. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The pods that read metrics, such as those of Prometheus. */
export interface MonitoringPeer extends PodPeer {
  /** ServiceAccount that they run as, in the same namespace: the identity in their certificate. */
  readonly serviceAccount: string;
}

/** A collector that takes OTLP, such as the OpenTelemetry Collector or Jaeger. */
export interface TelemetryPeer extends PodPeer {
  /** Name of its Service, in the same namespace. */
  readonly service: string;
  /** Ports of the Service and of its pods; sidecars send traces by gRPC to the first. @default 4317 and 4318 */
  readonly ports?: readonly number[];
}

/** A DNS server: its pods, or addresses of servers that are no pods, such as a node-local cache. */
export type DnsPeer = (PodPeer | { readonly cidr: string }) & {
  /** Port that it listens on, by UDP and TCP: that of the pods, which may differ from the Service's. @default 53 */
  readonly port?: number;
};

/** CoreDNS or kube-dns, as kubeadm, kind and the large providers run it. */
export const KUBE_DNS: DnsPeer = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };

/** NodeLocal DNSCache at its usual link-local address. */
export const NODE_LOCAL_DNS: DnsPeer = { cidr: '169.254.20.10/32' };
