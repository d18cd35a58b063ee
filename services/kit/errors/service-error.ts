import { status } from '@grpc/grpc-js';
import { type ErrorCatalogue, type ErrorEntry, KIT_ERRORS } from './kit-errors.ts';

/** A problem of one field of a request. */
export interface Violation {
  /** Path of the field as the client spelled it: `items[0].quantity`. */
  readonly field: string;
  /** The bad value and what to change, in lower case. */
  readonly description: string;
}

type Placeholders<M extends string> = M extends `${string}{${infer P}}${infer R}`
  ? P | Placeholders<R>
  : never;
type Metadata = Readonly<Record<string, string>>;

/** Maximum number of violations that an error lists; further ones are only counted. */
export const MAX_VIOLATIONS = 20;

interface CommonDetails {
  /** The first MAX_VIOLATIONS are listed; further ones are counted. */
  readonly violations?: readonly Violation[];
  /** Number of violations that a previous hop already left out. @default 0 */
  readonly omittedViolations?: number;
  readonly cause?: unknown;
  /** Milliseconds after which a retry may succeed. */
  readonly retryAfterMs?: number;
}

/** Details of an error: required metadata for each placeholder of the message, and optional fields. */
export type ErrorDetails<E extends ErrorEntry> = CommonDetails &
  ([Placeholders<E['message']>] extends [never]
    ? { readonly metadata?: Metadata }
    : { readonly metadata: Metadata & Readonly<Record<Placeholders<E['message']>, string>> });

/** An error with a stable code. It crosses process boundaries with its code, message, metadata and violations. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  /** gRPC status code. */
  readonly grpc: status;
  readonly metadata: Metadata;
  /** At most MAX_VIOLATIONS. */
  readonly violations: readonly Violation[];
  /** Number of violations that are not listed. */
  readonly omittedViolations: number;
  readonly retryAfterMs: number | undefined;

  /** Use the function that `defineErrors` returns, which checks code and metadata. */
  constructor(
    { code, grpc, message }: Pick<ServiceError, 'code' | 'grpc' | 'message'>,
    details: CommonDetails & { readonly metadata?: Metadata } = {},
  ) {
    // Truncated text may end in half of a surrogate pair, on which grpc-js throws.
    super(message.toWellFormed(), details.cause === undefined ? {} : { cause: details.cause });
    const { violations = [], omittedViolations = 0 } = details;
    this.code = code;
    this.grpc = grpc;
    this.metadata = details.metadata ?? {};
    this.violations = violations.slice(0, MAX_VIOLATIONS);
    this.omittedViolations = omittedViolations + Math.max(0, violations.length - MAX_VIOLATIONS);
    this.retryAfterMs = details.retryAfterMs;
  }
}

/**
 * Returns a function that creates the errors of `catalogue`. The types require a code of the catalogue, and the metadata
 * that its message names:
 *
 *     const loyaltyError = defineErrors({
 *       'no-points': { grpc: 'NOT_FOUND', http: 404, title: 'No points', message: 'order {order} has no points' },
 *     });
 *     throw loyaltyError('no-points', { metadata: { order } });
 */
export function defineErrors<const C extends ErrorCatalogue>(catalogue: C) {
  return <K extends keyof C & string>(
    code: K,
    ...[details]: Record<never, never> extends ErrorDetails<C[K]>
      ? [ErrorDetails<C[K]>?]
      : [ErrorDetails<C[K]>]
  ): ServiceError => {
    const { grpc, message } = catalogue[code] as C[K];
    return new ServiceError(
      { code, grpc: status[grpc], message: fillTemplate(message, details?.metadata ?? {}) },
      details,
    );
  };
}

/** Creates one of the errors that any service may return. */
export const serviceError = defineErrors(KIT_ERRORS);

/**
 * Creates an `invalid-request` error for one field.
 * @param field path as the client spelled it: `items[0].quantity`
 * @param description the bad value and what to change, in lower case
 */
export function invalidField(field: string, description: string): ServiceError {
  return serviceError('invalid-request', { violations: [{ field, description }] });
}

/** Throws a ServiceError `invalid-request` that lists `violations`. Does nothing if there are none. */
export function throwIfInvalid(violations: readonly Violation[]): void {
  if (violations.length > 0) throw serviceError('invalid-request', { violations });
}

function fillTemplate(template: string, metadata: Metadata): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => metadata[name] ?? 'unknown');
}
