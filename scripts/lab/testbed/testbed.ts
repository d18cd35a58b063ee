/** The shop that an experiment runs on: local processes, or pods of the kind cluster. */
export interface Testbed {
  readonly where: 'local' | 'kind';
  /** `http://host:port` of the ingress. */
  readonly ingressUrl: string;
  /** Returns the ready replicas of a service, or of all services without databases and brokers. */
  replicas(service?: string): Promise<readonly Replica[]>;
}

/** A running process of a service. */
export interface Replica {
  readonly service: string;
  /** `product-2` */
  readonly name: string;
  /** Identifies the process: a restarted replica has another one. */
  readonly process: string;
  /** URL of its admin port, without a path. Bypasses sidecars and injected faults of the network. */
  readonly adminUrl: string;
}
