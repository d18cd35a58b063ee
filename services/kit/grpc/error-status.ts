import { type ServiceError as GrpcError, Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Any } from '../../proto/gen/google/protobuf/any.ts';
import { BadRequest, ErrorInfo, RetryInfo } from '../../proto/gen/google/rpc/error_details.ts';
import { Status } from '../../proto/gen/google/rpc/status.ts';
import type { KitErrorCode } from '../errors/kit-errors.ts';
import { ServiceError, serviceError } from '../errors/service-error.ts';
import { MAX_MESSAGE_BYTES } from './connection-options.ts';
import type { MessageCodec } from './handlers.ts';

const DOMAIN = 'weft';
const DETAILS = 'grpc-status-details-bin';
const TYPE = 'type.googleapis.com/google.rpc.';
/** Maximum size of the encoded details, in bytes. HTTP/2 peers refuse header blocks above 8 to 16 KiB. */
const MAX_DETAILS_BYTES = 6_144;
const MAX_MESSAGE_LENGTH = 500;

/** Key of ErrorInfo's metadata with the number of violations that are not listed. */
const OMITTED_KEY = 'omitted-violations';

/**
 * Converts `error` to a gRPC status with google.rpc.ErrorInfo and, if they apply, BadRequest and RetryInfo. Lists as
 * many violations as fit into the details, and counts the others.
 */
export function toStatus(error: ServiceError): StatusObject {
  let listedCount = error.violations.length;
  let details = encodeDetails(error, listedCount);
  while (details.length > MAX_DETAILS_BYTES && listedCount > 0) {
    listedCount = Math.floor(listedCount / 2);
    details = encodeDetails(error, listedCount);
  }
  if (details.length > MAX_DETAILS_BYTES) details = encodeDetails(withoutMetadata(error), 0);
  const metadata = new Metadata();
  // For clients that implement gRPC's retries (gRFC A6) but not google.rpc.
  if (error.retryAfterMs !== undefined)
    metadata.set('grpc-retry-pushback-ms', String(Math.ceil(error.retryAfterMs)));
  metadata.set(DETAILS, details);
  return { code: error.grpc, details: truncateMessage(error), metadata };
}

function withoutMetadata(error: ServiceError): ServiceError {
  const { violations, omittedViolations, retryAfterMs } = error;
  return new ServiceError(error, {
    omittedViolations: violations.length + omittedViolations,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** Returns the message, cut to the maximum length without splitting a surrogate pair. */
function truncateMessage({ message }: ServiceError): string {
  return message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed();
}

/** Encodes the status details of an error. @param listedCount number of the error's violations to list */
function encodeDetails(error: ServiceError, listedCount: number): Buffer {
  const omitted = error.omittedViolations + error.violations.length - listedCount;
  const info = { ...error.metadata, ...(omitted > 0 && { [OMITTED_KEY]: String(omitted) }) };
  const details = [pack('ErrorInfo', ErrorInfo, { reason: error.code, domain: DOMAIN, metadata: info })];
  if (error.retryAfterMs !== undefined) {
    const seconds = Math.floor(error.retryAfterMs / 1_000);
    const nanos = Math.round((error.retryAfterMs - seconds * 1_000) * 1e6);
    details.push(pack('RetryInfo', RetryInfo, { retryDelay: { seconds, nanos } }));
  }
  if (listedCount > 0) {
    details.push(pack('BadRequest', BadRequest, { fieldViolations: error.violations.slice(0, listedCount) }));
  }
  return Buffer.from(Status.encode({ code: error.grpc, message: truncateMessage(error), details }).finish());
}

/**
 * Returns the ServiceError that the callee threw. The code may be missing from the catalogues of this process; status
 * and message are taken from the callee. A status without google.rpc.ErrorInfo becomes the closest error of the kit.
 */
export function fromStatus(error: GrpcError): ServiceError {
  const details = unpackDetails(error);
  const info = unpack(details, 'ErrorInfo', ErrorInfo);
  if (info?.domain !== DOMAIN || info.reason === '') {
    const limit = /larger than/i.test(error.details) ? { limit: readLimit(error) } : {};
    const metadata = { details: error.details, ...limit };
    // The cast drops the check of metadata: a value that the status does not carry reads `unknown` in the message.
    return serviceError(closestCode(error) as 'internal', { cause: error, metadata });
  }
  const delay = unpack(details, 'RetryInfo', RetryInfo)?.retryDelay;
  const { [OMITTED_KEY]: omitted = '0', ...metadata } = info.metadata;
  const received = { code: info.reason, grpc: error.code, message: error.details };
  return new ServiceError(received, {
    metadata,
    omittedViolations: Number(omitted) || 0,
    violations: unpack(details, 'BadRequest', BadRequest)?.fieldViolations ?? [],
    ...(delay ? { retryAfterMs: delay.seconds * 1_000 + delay.nanos / 1e6 } : {}),
  });
}

/** Returns the status details; an empty list if there are none, or an intermediary corrupted them. */
function unpackDetails(error: GrpcError): readonly Any[] {
  const packed = error.metadata?.get(DETAILS)[0];
  try {
    return Buffer.isBuffer(packed) ? Status.decode(packed).details : [];
  } catch {
    return [];
  }
}

function closestCode(error: GrpcError): KitErrorCode {
  switch (error.code) {
    case status.CANCELLED:
      return 'cancelled';
    case status.DEADLINE_EXCEEDED:
      return 'deadline-exceeded';
    // Envoy's text for an exceeded circuit breaker threshold: the request was not sent.
    case status.UNAVAILABLE:
      return /reset reason: overflow/.test(error.details) ? 'overloaded' : 'unavailable';
    case status.UNIMPLEMENTED:
      return 'not-implemented';
    case status.UNAUTHENTICATED:
      return 'unauthenticated';
    // A proxy or connection reset the stream after the response had begun. Only grpc-js's text distinguishes it from a
    // bug.
    case status.INTERNAL:
      return /^Received RST_STREAM with code \d+( \(|$)/.test(error.details) ? 'unavailable' : 'internal';
    // A status without details comes from the mesh, which refused the call.
    case status.PERMISSION_DENIED:
      return 'undeclared-call';
    case status.RESOURCE_EXHAUSTED:
      return exhaustedCode(error);
    default:
      return 'internal';
  }
}

/**
 * Distinguishes the causes that gRPC libraries report as RESOURCE_EXHAUSTED; only their texts differ. The client of
 * this kit refuses a request above the limit before it sends it, so that a received message above the limit is a
 * response. A callee that refuses a request of another client responds with headers, of which grpc-js keeps the content
 * type.
 */
function exhaustedCode({ details, metadata }: GrpcError): KitErrorCode {
  if (!/larger than/i.test(details)) return 'too-many-requests';
  if (/attempted to send|trying to send/i.test(details)) return 'body-too-large';
  const isRefusal = /received/i.test(details) && metadata.get('content-type').length > 0;
  return isRefusal ? 'body-too-large' : 'answer-too-large';
}

/** Returns the limit in grpc-js's error about a large message, in bytes: `... max (5 vs 4)`, `... larger than 4`. */
function readLimit({ details }: GrpcError): string {
  return /(?:vs\.? |larger than )(\d+)/i.exec(details)?.[1] ?? String(MAX_MESSAGE_BYTES);
}

function pack<T>(name: string, codec: MessageCodec<T>, message: T): Any {
  return { typeUrl: TYPE + name, value: Buffer.from(codec.encode(message).finish()) };
}

function unpack<T>(details: readonly Any[], name: string, codec: MessageCodec<T>): T | undefined {
  const any = details.find((detail) => detail.typeUrl === TYPE + name);
  return any && codec.decode(any.value);
}
