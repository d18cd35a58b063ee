import type { Construct } from 'constructs';
import type { GrpcService } from '../policy/grpc-service.ts';
import type { Environment, Size } from './environment.ts';
import type { Topic } from './topic.ts';
import type { Version } from './version.ts';

/** The part of a platform that its services and calls depend on. `Platform` implements it. */
export interface PlatformScope extends Construct {
  readonly environment: Environment;
  /** Kubernetes namespace of everything in the graph. */
  readonly namespace: string;
  readonly topics: readonly Topic[];
}

/** The part of a service that its calls depend on. `Service` implements it. */
export interface ServiceScope<S extends GrpcService = GrpcService> extends Construct {
  readonly platform: PlatformScope;
  readonly name: string;
  /** The protobuf service that it serves. Undefined without a gRPC server. */
  readonly serves: S | undefined;
  readonly versions: readonly Version[];
  readonly size: Size;
  /** DNS name in the cluster. */
  readonly host: string;
}
