import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { GrpcMethod, GrpcService } from '../../../mesh/policy/grpc-service.ts';
import type { Log } from '../telemetry/log.ts';

/** The codec of a message, as ts-proto generates it. */
export interface MessageCodec<T> {
  encode(message: T, writer?: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader | Uint8Array, length?: number): T;
}

/** A method with the codecs of its messages. */
export interface MethodDefinition extends GrpcMethod {
  readonly requestType: MessageCodec<unknown>;
  readonly responseType: MessageCodec<unknown>;
}

/** A protobuf service with the codecs of its messages. */
export interface ServiceDefinition extends GrpcService {
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

export type RequestOf<M extends MethodDefinition> =
  M['requestType'] extends MessageCodec<infer T> ? T : never;
export type ResponseOf<M extends MethodDefinition> =
  M['responseType'] extends MessageCodec<infer T> ? T : never;

/** The context of the call that a handler serves. Pass it to each call that the handler makes. */
export interface CallContext {
  /** Name of the calling service, or `unknown`. */
  readonly caller: string;
  /** Aborts if the caller cancels or disconnects, or the deadline passes. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, or Infinity. */
  readonly deadline: number;
  /** Assigned at the edge, and the same in all services that handle one request. */
  readonly requestId: string;
  /** Header with which a client selects a version, passed on unchanged; empty if absent. */
  readonly canary: string;
  /**
   * Whether the call is a retry, or made for one. Calls made for it are not retried, so that retries do not multiply.
   */
  readonly isRetry: boolean;
  readonly log: Log;
}

type MethodHandler<M extends MethodDefinition> = M['requestStream'] extends true
  ? M['responseStream'] extends true
    ? (requests: AsyncIterable<RequestOf<M>>, context: CallContext) => AsyncIterable<ResponseOf<M>>
    : (requests: AsyncIterable<RequestOf<M>>, context: CallContext) => Promise<ResponseOf<M>>
  : M['responseStream'] extends true
    ? (request: RequestOf<M>, context: CallContext) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, context: CallContext) => Promise<ResponseOf<M>>;

/** One function per method of a service, with the signature of the method's kind. */
export type Handlers<S extends ServiceDefinition> = {
  readonly [M in keyof S['methods']]: MethodHandler<S['methods'][M]>;
};
