import type { CallPolicy } from './call-policy.ts';
import type { Layer } from './layer.ts';

/** The service graph as plain data. Synthesis writes it to `graph.json`, and the live page compares traffic with it. */
export interface DeclaredGraph {
  readonly services: readonly DeclaredService[];
  readonly calls: readonly DeclaredCall[];
  readonly topics: readonly DeclaredTopic[];
}

export interface DeclaredService {
  readonly name: string;
  /** Full name of the protobuf service, such as `weft.product.v1.ProductService`. @default serves no gRPC */
  readonly serves?: string | undefined;
  readonly isEdge: boolean;
  readonly hasStore: boolean;
  readonly versions: readonly { readonly name: string; readonly weightPercent: number }[];
}

export interface DeclaredCall {
  readonly caller: string;
  readonly callee: string;
  /** Unique among the calls of the caller. */
  readonly name: string;
  /** Such as `weft.product.v1.ProductService/GetProduct`. */
  readonly methods: readonly string[];
  readonly layer: Layer;
  readonly policy: CallPolicy;
}

export interface DeclaredTopic {
  readonly name: string;
  readonly publishers: readonly string[];
  readonly consumers: readonly string[];
}
