/** A method of a protobuf service, as the code generator describes it. */
export interface GrpcMethod {
  readonly name: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly options: { readonly idempotencyLevel?: 'IDEMPOTENT' | 'NO_SIDE_EFFECTS' };
}

/** A protobuf service, as the code generator describes it. */
export interface GrpcService {
  /** Full name with the package: `weft.order.v1.OrderService`. */
  readonly fullName: string;
  readonly methods: Readonly<Record<string, GrpcMethod>>;
}

/** Names of a service's methods, as the code generator spells them: `placeOrder`. */
export type MethodName<S extends GrpcService> = keyof S['methods'] & string;

/** Returns the HTTP/2 path of a method: `/weft.order.v1.OrderService/PlaceOrder`. */
export function methodPath(service: GrpcService, method: GrpcMethod): string {
  return `/${service.fullName}/${method.name}`;
}
