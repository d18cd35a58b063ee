import { type ServiceError as GrpcError, Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Any } from '../../proto/gen/google/protobuf/any.ts';
import { BadRequest, ErrorInfo, RetryInfo } from '../../proto/gen/google/rpc/error_details.ts';
import { Status } from '../../proto/gen/google/rpc/status.ts';
import type { KitErrorCode } from '../errors/kit-errors.ts';
import { ServiceError, serviceError } from '../errors/service-error.ts';
import type { MessageType } from './handlers.ts';
import { MAX_MESSAGE_BYTES } from './max-message-bytes.ts';

const DOMAIN = 'weft';
const DETAILS = 'grpc-status-details-bin';
const TYPE = 'type.googleapis.com/google.rpc.';
/** HTTP/2 peers refuse header blocks above some 8 to 16 KiB; details larger than this are left out. */
const MAX_DETAILS_BYTES = 6_144;
const MAX_MESSAGE_LENGTH = 500;

/** Key of ErrorInfo's metadata under which an error says how many more violations there are than those listed. */
const OMITTED = 'omitted-violations';

/**
 * `error` as a gRPC status, with google.rpc.ErrorInfo, BadRequest and RetryInfo as far as it has them. As many violations
 * are listed as fit; the rest are counted.
 */
export function toStatus(error: ServiceError): StatusObject {
  let listed = error.violations.length;
  let details = encodeDetails(error, listed);
  while (details.length > MAX_DETAILS_BYTES && listed > 0) {
    listed = Math.floor(listed / 2);
    details = encodeDetails(error, listed);
  }
  if (details.length > MAX_DETAILS_BYTES) details = encodeDetails(withoutMetadata(error), 0);
  const metadata = new Metadata();
  // For callers that know gRPC's retries and not google.rpc (gRFC A6).
  if (error.retryAfterMs !== undefined)
    metadata.set('grpc-retry-pushback-ms', String(Math.ceil(error.retryAfterMs)));
  metadata.set(DETAILS, details);
  return { code: error.grpc, details: shortMessage(error), metadata };
}

function withoutMetadata(error: ServiceError): ServiceError {
  const { violations, omittedViolations, retryAfterMs } = error;
  return new ServiceError(error, {
    omittedViolations: violations.length + omittedViolations,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** The message as far as it may be in a header, in whole characters. */
function shortMessage({ message }: ServiceError): string {
  return message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed();
}

/** @param listed how many of the error's violations to list */
function encodeDetails(error: ServiceError, listed: number): Buffer {
  const omitted = error.omittedViolations + error.violations.length - listed;
  const info = { ...error.metadata, ...(omitted > 0 && { [OMITTED]: String(omitted) }) };
  const details = [pack('ErrorInfo', ErrorInfo, { reason: error.code, domain: DOMAIN, metadata: info })];
  if (error.retryAfterMs !== undefined) {
    const seconds = Math.floor(error.retryAfterMs / 1_000);
    const nanos = Math.round((error.retryAfterMs - seconds * 1_000) * 1e6);
    details.push(pack('RetryInfo', RetryInfo, { retryDelay: { seconds, nanos } }));
  }
  if (listed > 0) {
    details.push(pack('BadRequest', BadRequest, { fieldViolations: error.violations.slice(0, listed) }));
  }
  return Buffer.from(Status.encode({ code: error.grpc, message: shortMessage(error), details }).finish());
}

/**
 * Returns the ServiceError that the callee threw. Its code need not be known here: the status and the message are the
 * callee's. A status without google.rpc.ErrorInfo becomes the nearest error of the kit.
 */
export function fromStatus(error: GrpcError): ServiceError {
  const details = unpackDetails(error);
  const info = unpack(details, 'ErrorInfo', ErrorInfo);
  if (info?.domain !== DOMAIN || info.reason === '') {
    const limit = /larger than/i.test(error.details) ? { limit: limitIn(error) } : {};
    const metadata = { details: error.details, ...limit };
    // The cast drops the check of metadata: a value that the status does not carry reads `unknown` in the message.
    return serviceError(nearest(error) as 'internal', { cause: error, metadata });
  }
  const delay = unpack(details, 'RetryInfo', RetryInfo)?.retryDelay;
  const { [OMITTED]: omitted = '0', ...metadata } = info.metadata;
  const received = { code: info.reason, grpc: error.code, message: error.details };
  return new ServiceError(received, {
    metadata,
    omittedViolations: Number(omitted) || 0,
    violations: unpack(details, 'BadRequest', BadRequest)?.fieldViolations ?? [],
    ...(delay ? { retryAfterMs: delay.seconds * 1_000 + delay.nanos / 1e6 } : {}),
  });
}

/** None when there are none, or when something on the way has spoilt them. */
function unpackDetails(error: GrpcError): readonly Any[] {
  const packed = error.metadata?.get(DETAILS)[0];
  try {
    return Buffer.isBuffer(packed) ? Status.decode(packed).details : [];
  } catch {
    return [];
  }
}

function nearest(error: GrpcError): KitErrorCode {
  switch (error.code) {
    case status.CANCELLED:
      return 'cancelled';
    case status.DEADLINE_EXCEEDED:
      return 'deadline-exceeded';
    // Envoy's words for a circuit breaker that is open: it sent nothing.
    case status.UNAVAILABLE:
      return /reset reason: overflow/.test(error.details) ? 'overloaded' : 'unavailable';
    case status.UNIMPLEMENTED:
      return 'not-implemented';
    case status.UNAUTHENTICATED:
      return 'unauthenticated';
    // A proxy, or a connection, that gives an answer up once it has begun. Only grpc-js's text tells it from a bug.
    case status.INTERNAL:
      return /^Received RST_STREAM with code \d+( \(|$)/.test(error.details) ? 'unavailable' : 'internal';
    // A mesh that refuses a call answers without details.
    case status.PERMISSION_DENIED:
      return 'undeclared-call';
    case status.RESOURCE_EXHAUSTED:
      return tooMuch(error);
    default:
      return 'internal';
  }
}

/**
 * Distinguishes the causes that gRPC libraries report as RESOURCE_EXHAUSTED; only their texts differ. The client of this
 * kit refuses a request above the limit before sending it, so a received message that is too large is an answer. A callee
 * that refuses a request of another client answers with headers, of which grpc-js keeps the content type.
 */
function tooMuch({ details, metadata }: GrpcError): KitErrorCode {
  if (!/larger than/i.test(details)) return 'too-many-requests';
  if (/attempted to send|trying to send/i.test(details)) return 'body-too-large';
  const isRefusal = /received/i.test(details) && metadata.get('content-type').length > 0;
  return isRefusal ? 'body-too-large' : 'answer-too-large';
}

/** The limit that an error of grpc-js about a large message names, in bytes: `... max (5 vs 4)`, `... larger than 4`. */
function limitIn({ details }: GrpcError): string {
  return /(?:vs\.? |larger than )(\d+)/i.exec(details)?.[1] ?? String(MAX_MESSAGE_BYTES);
}

function pack<T>(name: string, type: MessageType<T>, message: T): Any {
  return { typeUrl: TYPE + name, value: Buffer.from(type.encode(message).finish()) };
}

function unpack<T>(details: readonly Any[], name: string, type: MessageType<T>): T | undefined {
  const any = details.find((detail) => detail.typeUrl === TYPE + name);
  return any && type.decode(any.value);
}
