import { Construct } from 'constructs';
import type { CallPolicy } from '../policy/call-policy.ts';
import { type GrpcMethod, type GrpcService, type MethodName, methodPath } from '../policy/grpc-service.ts';
import type { Layer } from '../policy/layer.ts';
import type { ServiceScope } from './scopes.ts';
import { uniqueId } from './unique-id.ts';

export interface CallProps<S extends GrpcService> {
  readonly callee: ServiceScope<S>;
  readonly methods: readonly MethodName<S>[];
  readonly policy: CallPolicy;
}

/** A declared call: the caller may call these methods of the callee, under one policy. */
export class Call<S extends GrpcService = GrpcService> extends Construct {
  /** Unique among the caller's calls. The callee's name, unless the caller calls it under several policies. */
  readonly name: string;
  readonly caller: ServiceScope;
  readonly callee: ServiceScope<S>;
  readonly methods: readonly MethodName<S>[];
  readonly policy: CallPolicy;
  /** Layer that enforces the policy. */
  readonly layer: Layer;

  constructor(caller: ServiceScope, name: string, props: CallProps<S>) {
    super(caller, uniqueId(caller, `call-${name}`));
    this.name = name;
    this.caller = caller;
    this.callee = props.callee;
    this.methods = props.methods;
    this.policy = props.policy;
    this.layer = props.policy.layer ?? caller.platform.environment.layer;
  }

  /** HTTP/2 paths of the methods, in the order of declaration. */
  get paths(): readonly string[] {
    return this.grpcMethods.map((method) => methodPath(this.grpcService, method));
  }

  /** Descriptions of the methods. Unknown names are left out; the check of the graph reports them. */
  get grpcMethods(): readonly GrpcMethod[] {
    return this.methods.flatMap((name) => this.grpcService.methods[name] ?? []);
  }

  /**
   * The protobuf service of the callee.
   * @throws Error if the callee serves no gRPC, which the check of the graph reports first
   */
  get grpcService(): S {
    if (!this.callee.serves)
      throw new Error(`${this.node.path}: ${this.callee.name} serves no gRPC service; set serves on it`);
    return this.callee.serves;
  }
}

/** Returns the calls that a service makes, in the order of their declaration. */
export function outgoingCallsOf({ node }: ServiceScope): readonly Call[] {
  return node.children.filter((child) => child instanceof Call);
}
