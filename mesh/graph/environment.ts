import type { Broker } from '../policy/broker.ts';
import type { CallPolicy } from '../policy/call-policy.ts';
import type { Duration } from '../policy/duration.ts';
import type { Layer } from '../policy/layer.ts';
import type { KafkaServers, RabbitmqServer } from './broker-servers.ts';
import type { DnsPeer, MonitoringPeer, TelemetryPeer } from './external-peers.ts';
import type { PostgresServer } from './postgres-server.ts';
import type { Version } from './version.ts';

/** What one service gets. */
export interface Size {
  /** Pods at least, from 1. */
  readonly minReplicas: number;
  /** Pods at most; equal to `replicas` means no autoscaling. */
  readonly maxReplicas: number;
  /** CPU asked for, in thousandths of a core. */
  readonly cpuMillis: number;
  /** Memory asked for and allowed, in MiB. */
  readonly memoryMiB: number;
}

/** Where a platform runs, and how large. */
export interface Environment {
  readonly name: string;
  /** Who enforces a call whose policy does not say. */
  readonly layer: Layer;
  /** Whether Istio's objects are made. */
  readonly hasIstio: boolean;
  /** Whether it runs in a cluster, which tells processes that choose among endpoints who is there. @default true */
  readonly isCluster?: boolean;
  readonly broker: Broker;
  /** Where Kafka is, for the broker `kafka`; `in-cluster` makes one. */
  readonly kafka?: KafkaServers | 'in-cluster';
  /** Where RabbitMQ is, for the broker `rabbitmq`; `in-cluster` makes one. */
  readonly rabbitmq?: RabbitmqServer | 'in-cluster';
  /** Image of a service: `${imagePrefix}${service}:${imageTag}`. */
  readonly imagePrefix: string;
  readonly imageTag: string;
  /** Image tags that differ from `imageTag`, by service name. */
  readonly imageTagOverrides?: Readonly<Record<string, string>>;
  /**
   * HTTP proxies in front of the ingress gateway (without Istio: in front of the edge) that its operator runs, such as a
   * cloud's HTTP load balancer or a CDN. Each must append its client's address to `X-Forwarded-For`, and nobody may
   * reach the ingress gateway around them. A TCP load balancer does not count. 0 to 9. @default 0
   */
  readonly numTrustedProxies?: number;
  /** The pods, and their identity, that may read metrics. @default none */
  readonly monitoring?: MonitoringPeer;
  /** Collectors that pods may send traces and other telemetry to; sidecars send traces to the first. @default none */
  readonly telemetry?: readonly TelemetryPeer[];
  /** DNS servers that pods may ask. @default `KUBE_DNS` */
  readonly dns?: readonly DnsPeer[];
  /** The Postgres server of all stores. @default one in the cluster */
  readonly postgres?: PostgresServer;
  /** How long a pod that stops goes on serving, until nobody sends it new requests: whole seconds. */
  readonly drainDuration: Duration;
  /** Share of the requests whose trace the mesh records, in percent. */
  readonly traceSamplingPercent: number;
  readonly size: Size;
  /** What differs from `size`, by service name. */
  readonly sizeOverrides?: Readonly<Record<string, Partial<Size>>>;
  /** Versions that run side by side, by service name. @default each service has one version, `v1` */
  readonly versions?: Readonly<Record<string, readonly Version[]>>;
  /** How long load must have been low before a pod is taken away: whole seconds, up to an hour. @default 5m */
  readonly scaleDownStabilization?: Duration;
  /** What differs from the policy in the graph, by `caller/name of the call`. */
  readonly policyOverrides?: Readonly<Record<string, Partial<CallPolicy>>>;
}
