/** A running process of a service. */
export interface Replica {
  readonly service: string;
  /** `product-2` */
  readonly name: string;
}

/** Faults that a process injects into the calls it serves; see services/kit/server/fault-injector.ts. */
export interface FaultSettings {
  /** Share of the calls that fail, 0 to 100. */
  readonly failPercent?: number;
  /** Latency added to each call, in milliseconds. */
  readonly delayMs?: number;
  /** Maximum number of calls processed concurrently. */
  readonly slots?: number;
}

/** Counters of a replica since its process started. */
export interface ReplicaCounters extends Replica {
  /** Identifies the process: a restarted replica has another one. */
  readonly process: string;
  /** Requests received, by method name. */
  readonly requests: Readonly<Record<string, number>>;
  /** Decisions of the in-app layer, by kind. */
  readonly decisions: Readonly<Record<string, number>>;
}

/** CPU and memory usage of a process. */
export interface ResourceUsage {
  readonly process: string;
  /** CPU time since the process started, in milliseconds. */
  readonly cpuMs: number;
  readonly memoryMiB: number;
}

/** Counters and resource usage of all processes at one time. */
export interface TestbedSnapshot {
  readonly counters: readonly ReplicaCounters[];
  readonly application: readonly ResourceUsage[];
  /** Empty without proxies. */
  readonly proxies: readonly ResourceUsage[];
}

/** The shop running under one layer, with the operations that scenarios need. */
export interface ContrastTestbed {
  /** `http://host:port` of the ingress. */
  readonly ingressUrl: string;
  /** Fields of the policies that the layer does not support; they were removed. @default none */
  readonly unsupported?: readonly string[];
  /** Returns the replicas of a service that its callers have in their endpoint lists. */
  replicas(service: string): Promise<readonly Replica[]>;
  /** Replaces the injected fault of a replica; `{}` removes it. Also resets its key counts. */
  injectFault(replica: Replica, fault: FaultSettings): Promise<void>;
  /** Returns the number of calls by key that a replica received since its fault was last set. */
  countKeys(replica: Replica): Promise<Readonly<Record<string, number>>>;
  /** Restarts the replicas of a service one after the other. */
  restart(service: string): Promise<void>;
  /** Scales a service and waits until the number of replicas is reached. */
  scale(service: string, replicas: number): Promise<void>;
  takeSnapshot(): Promise<TestbedSnapshot>;
}
