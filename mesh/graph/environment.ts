import type { Broker } from '../policy/broker.ts';
import type { Duration } from '../policy/duration.ts';
import type { Layer } from '../policy/layer.ts';

/** What one service gets. */
export interface Size {
  /** Pods at least, from 1. */
  readonly replicas: number;
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
  readonly istio: boolean;
  readonly broker: Broker;
  /** Image of a service: `${imagePrefix}${service}:${imageTag}`. */
  readonly imagePrefix: string;
  readonly imageTag: string;
  /** Address of the Postgres server as `host:port`; undefined makes one in the cluster. */
  readonly postgres?: string;
  /** Where that server's addresses lie (CIDR): pods are let out to nowhere else. @default anywhere */
  readonly postgresNetwork?: string;
  /** How long a pod that stops goes on serving, until nobody sends it new requests: whole seconds. */
  readonly drain: Duration;
  /** Share of the requests whose trace the mesh records, in percent. */
  readonly tracePercent: number;
  readonly size: Size;
  /** What differs from `size`, by service name. */
  readonly sizes?: Readonly<Record<string, Partial<Size>>>;
}
