import type { Construct } from 'constructs';
import type { GrpcService } from '../policy/grpc-service.ts';
import type { Size } from './environment.ts';
import type { PlatformScope } from './platform-scope.ts';
import type { Version } from './version.ts';

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
