import type { MethodDefinition as GrpcMethod } from '@grpc/grpc-js';
import { methodPath } from '../../../mesh/policy/grpc-service.ts';
import type { MessageCodec, MethodDefinition, ServiceDefinition } from './handlers.ts';

/** Converts a method of a service to grpc-js's definition. */
export function toGrpcMethod(
  service: ServiceDefinition,
  method: MethodDefinition,
): GrpcMethod<unknown, unknown> {
  return {
    path: methodPath(service, method),
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: createSerializer(method.requestType),
    requestDeserialize: (bytes) => method.requestType.decode(bytes),
    responseSerialize: createSerializer(method.responseType),
    responseDeserialize: (bytes) => method.responseType.decode(bytes),
  };
}

function createSerializer(codec: MessageCodec<unknown>): (message: unknown) => Buffer {
  return (message) => {
    const bytes = codec.encode(message).finish();
    // A view of the same bytes, not a copy.
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}
