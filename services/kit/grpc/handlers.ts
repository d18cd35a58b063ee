import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { GrpcMethod, GrpcService } from '../../../mesh/policy/grpc-service.ts';
import type { Log } from '../telemetry/log.ts';

/** A message's codec, as ts-proto generates it. */
export interface MessageType<T> {
  encode(message: T, writer?: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader | Uint8Array, length?: number): T;
}

/** A method with the codecs of its messages. */
export interface MethodDefinition extends GrpcMethod {
  readonly requestType: MessageType<unknown>;
  readonly responseType: MessageType<unknown>;
}

/** A protobuf service with the codecs of its messages. */
export interface ServiceDefinition extends GrpcService {
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

export type RequestOf<M extends MethodDefinition> = M['requestType'] extends MessageType<infer T> ? T : never;
export type ResponseOf<M extends MethodDefinition> =
  M['responseType'] extends MessageType<infer T> ? T : never;

/** What a handler knows of the call that it answers. Pass it on with each call that it makes. */
export interface CallContext {
  /** Name of the calling service; `unknown` when nothing says it. */
  readonly caller: string;
  /** Aborts when the caller cancels, goes away, or its deadline passes. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, or Infinity. */
  readonly deadline: number;
  /** Given by the edge, and the same in every service that works for one request. */
  readonly requestId: string;
  /** W3C Trace Context of the request, passed on as it came; empty when there is none. */
  readonly traceparent: string;
  /** The header by which a client asks for a version, passed on as it came; empty when there is none. */
  readonly canary: string;
  /** Whether it is a retry, or made for one: the calls that it makes are not retried then, so that tries do not multiply. */
  readonly retried: boolean;
  readonly log: Log;
}

type Handler<M extends MethodDefinition> = M['requestStream'] extends true
  ? M['responseStream'] extends true
    ? (requests: AsyncIterable<RequestOf<M>>, context: CallContext) => AsyncIterable<ResponseOf<M>>
    : (requests: AsyncIterable<RequestOf<M>>, context: CallContext) => Promise<ResponseOf<M>>
  : M['responseStream'] extends true
    ? (request: RequestOf<M>, context: CallContext) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, context: CallContext) => Promise<ResponseOf<M>>;

/** One function for each method of a service, in the shape of its kind. */
export type Handlers<S extends ServiceDefinition> = {
  readonly [M in keyof S['methods']]: Handler<S['methods'][M]>;
};
