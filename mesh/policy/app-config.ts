import type { Admission } from './admission.ts';
import type { AppEvents } from './app-events.ts';
import type { CallPolicy } from './call-policy.ts';
import type { Edge } from './edge.ts';
import type { AppTls } from './tls.ts';

/** What a service process is told about its place in the graph (app.json). */
export interface AppConfig {
  readonly service: string;
  /** Its calls by name. What is not here it cannot call. */
  readonly calls: Readonly<Record<string, AppCall>>;
  /** Who may call which of its methods: HTTP/2 paths by caller. */
  readonly callers: Readonly<Record<string, readonly string[]>>;
  /** Absent when everything is let in. */
  readonly admission?: Admission;
  readonly store?: AppStore;
  readonly events?: AppEvents;
  readonly edge?: Edge;
}

export interface AppCall {
  readonly callee: string;
  /** `host:port`, as the cluster's DNS names it. */
  readonly address: string;
  /** The protobuf service: `weft.product.v1.ProductService`. */
  readonly service: string;
  /** HTTP/2 paths of the methods. */
  readonly methods: readonly string[];
  /** Absent when another layer enforces it. */
  readonly policy?: CallPolicy;
  /** Whether the process is told over xDS how to make it (layer `proxyless`). @default false */
  readonly usesXds?: boolean;
  /** Those of the callee that run side by side. Absent when there is one, or another layer tells them apart. */
  readonly versions?: readonly AppVersion[];
}

export interface AppVersion {
  /** As its endpoints say it. */
  readonly name: string;
  /** Share of the calls, of any sum. */
  readonly weight: number;
  /** Calls with this header (gRPC metadata) go to it, whatever the weights. */
  readonly header?: { readonly name: string; readonly value: string };
}

export interface AppStore {
  /** `host:port`. */
  readonly address: string;
  readonly database: string;
  readonly role: string;
  /** Connections that one process keeps at most. */
  readonly maxConnections: number;
  /** @default disable */
  readonly tls?: AppTls;
}
