import type { Admission } from './admission.ts';
import type { AppEvents } from './app-events.ts';
import type { CallPolicy } from './call-policy.ts';
import type { Edge } from './edge.ts';
import type { AppTls } from './tls.ts';

/** The part of the graph that concerns one service. Its processes read it from the file app.json. */
export interface AppConfig {
  readonly service: string;
  /** Calls that the service may make, by name. */
  readonly calls: Readonly<Record<string, AppCall>>;
  /** HTTP/2 paths of the methods that each caller may call, by caller. */
  readonly callers: Readonly<Record<string, readonly string[]>>;
  /** @default no limits */
  readonly admission?: Admission;
  /** @default the service has no database */
  readonly store?: AppStore;
  /** @default the service has no topics */
  readonly events?: AppEvents;
  /** @default no external routes */
  readonly edge?: Edge;
}

export interface AppCall {
  readonly callee: string;
  /** `host:port` with the DNS name in the cluster. */
  readonly address: string;
  /** Full name of the protobuf service: `weft.product.v1.ProductService`. */
  readonly service: string;
  /** HTTP/2 paths of the methods. */
  readonly methods: readonly string[];
  /** @default another layer enforces the policy */
  readonly policy?: CallPolicy;
  /** Whether istiod configures the call over xDS (layer `proxyless`). @default false */
  readonly usesXds?: boolean;
  /** Versions of the callee. @default the callee has one version, or another layer splits the requests */
  readonly versions?: readonly AppVersion[];
}

export interface AppVersion {
  /** Name of the version in the callee's endpoints. */
  readonly name: string;
  /** Share of the calls, relative to the sum of all weights. */
  readonly weight: number;
  /** Calls with this header (gRPC metadata) go to this version, regardless of the weights. @default none */
  readonly header?: { readonly name: string; readonly value: string };
}

export interface AppStore {
  /** `host:port`. */
  readonly address: string;
  readonly database: string;
  readonly role: string;
  /** Maximum number of pooled connections of one process. */
  readonly maxConnections: number;
  /** @default disable */
  readonly tls?: AppTls;
}
