import type { Broker } from '../policy/broker.ts';
import type { CallPolicy } from '../policy/call-policy.ts';
import type { Duration } from '../policy/duration.ts';
import type { Layer } from '../policy/layer.ts';
import type { DnsPeer, MonitoringPeer, TelemetryPeer } from './external-peers.ts';
import type { KafkaServers, PostgresServer, RabbitmqServer } from './external-servers.ts';
import type { Version } from './version.ts';

/** Replicas and resources of one service. */
export interface Size {
  /** Minimum number of pods of each version, at least 1. */
  readonly minReplicas: number;
  /** Maximum number of pods of each version. Equal to `minReplicas` means no autoscaling. */
  readonly maxReplicas: number;
  /** CPU request, in thousandths of a core. There is no CPU limit. */
  readonly cpuMillis: number;
  /** Memory request and limit, in MiB, at least 64. */
  readonly memoryMiB: number;
}

/** Where a platform runs, and with which resources. */
export interface Environment {
  readonly name: string;
  /** Layer of calls whose policy names none. */
  readonly layer: Layer;
  /** Whether the cluster runs Istio. Without it, no objects of Istio are generated. */
  readonly hasIstio: boolean;
  /**
   * Whether the platform runs in a Kubernetes cluster. Processes of the layer `app` then watch its EndpointSlices.
   * @default true
   */
  readonly isCluster?: boolean;
  readonly broker: Broker;
  /** The Kafka of the broker `kafka`. `in-cluster` generates a single node. */
  readonly kafka?: KafkaServers | 'in-cluster';
  /** The RabbitMQ of the broker `rabbitmq`. `in-cluster` generates a single node. */
  readonly rabbitmq?: RabbitmqServer | 'in-cluster';
  /** Prefix of image references: the image of a service is `${imagePrefix}${service}:${imageTag}`. */
  readonly imagePrefix: string;
  readonly imageTag: string;
  /** Image tags that override `imageTag`, by service name. @default none */
  readonly imageTagOverrides?: Readonly<Record<string, string>>;
  /**
   * Number of trusted HTTP proxies in front of the ingress gateway (without Istio: in front of the edge), such as a
   * cloud's HTTP load balancer or a CDN, 0 to 9. Each must append its client's address to `X-Forwarded-For`, and
   * clients must not be able to bypass them. A TCP load balancer does not count. Istio's `numTrustedProxies`. @default
   * 0
   */
  readonly numTrustedProxies?: number;
  /** Pods that may scrape metrics. @default none */
  readonly monitoring?: MonitoringPeer;
  /** Collectors that pods may send telemetry to. Sidecars send traces to the first one. @default none */
  readonly telemetry?: readonly TelemetryPeer[];
  /** DNS servers that pods may query. @default `KUBE_DNS` */
  readonly dns?: readonly DnsPeer[];
  /** The Postgres server of all stores. @default a generated server in the cluster */
  readonly postgres?: PostgresServer;
  /** How long a terminating pod still accepts requests, while clients remove its endpoint. Whole seconds. */
  readonly drainDuration: Duration;
  /** Share of the requests that the mesh traces, in percent, 0 to 100. */
  readonly traceSamplingPercent: number;
  readonly size: Size;
  /** Fields that override `size`, by service name. @default none */
  readonly sizeOverrides?: Readonly<Record<string, Partial<Size>>>;
  /** Versions that run side by side, by service name. @default one version `v1` of each service */
  readonly versions?: Readonly<Record<string, readonly Version[]>>;
  /** How long the load must have been low before a pod is removed. Whole seconds, up to 1h. @default 5m */
  readonly scaleDownStabilization?: Duration;
  /** Fields that override the policy in the graph, by `caller/name of the call`. @default none */
  readonly policyOverrides?: Readonly<Record<string, Partial<CallPolicy>>>;
}
