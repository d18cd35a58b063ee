import type { MethodDefinition as GrpcMethod } from '@grpc/grpc-js';
import { methodPath } from '../../../mesh/policy/grpc-service.ts';
import type { MessageType, MethodDefinition, ServiceDefinition } from './handlers.ts';

/** A method as grpc-js describes it. */
export function grpcMethod(
  service: ServiceDefinition,
  method: MethodDefinition,
): GrpcMethod<unknown, unknown> {
  return {
    path: methodPath(service, method),
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: serializer(method.requestType),
    requestDeserialize: (bytes) => method.requestType.decode(bytes),
    responseSerialize: serializer(method.responseType),
    responseDeserialize: (bytes) => method.responseType.decode(bytes),
  };
}

/** A Buffer over the bytes that the writer made, without a copy. */
function serializer(type: MessageType<unknown>): (message: unknown) => Buffer {
  return (message) => {
    const bytes = type.encode(message).finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}
