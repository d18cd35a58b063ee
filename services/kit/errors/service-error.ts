import { ERRORS, type ErrorCode } from './errors.ts';

/** What is wrong with one field of a request. */
export interface Violation {
  /** Path of the field as the client spelled it: `items[0].quantity`. */
  readonly field: string;
  /** In lower case: the bad value and what to change. */
  readonly description: string;
}

type Placeholders<M extends string> = M extends `${string}{${infer P}}${infer R}`
  ? P | Placeholders<R>
  : never;
type Metadata = Readonly<Record<string, string>>;

/** Violations that an error lists; the rest are counted. */
export const MAX_VIOLATIONS = 20;

interface CommonDetails {
  /** The first 20 are listed, the rest counted. */
  readonly violations?: readonly Violation[];
  /** How many more there are. @default 0 */
  readonly omittedViolations?: number;
  readonly cause?: unknown;
  /** Milliseconds after which a repeat may succeed. */
  readonly retryAfterMs?: number;
}

/** What a code's message needs, and what more there is to say. */
export type ErrorDetails<C extends ErrorCode> = CommonDetails &
  ([Placeholders<(typeof ERRORS)[C]['message']>] extends [never]
    ? { readonly metadata?: Metadata }
    : {
        readonly metadata: Metadata & Readonly<Record<Placeholders<(typeof ERRORS)[C]['message']>, string>>;
      });

/** An error of the catalogue. Crosses process borders with its code, metadata and violations. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  readonly metadata: Metadata;
  /** At most 20. */
  readonly violations: readonly Violation[];
  /** How many more there are than those listed. */
  readonly omittedViolations: number;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, details: CommonDetails & { readonly metadata?: Metadata } = {}) {
    const metadata = details.metadata ?? {};
    const { violations = [], omittedViolations = 0 } = details;
    // Text that was cut may end in half of a surrogate pair, on which grpc-js throws.
    const message = fill(ERRORS[code].message, metadata).toWellFormed();
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.metadata = metadata;
    this.violations = violations.slice(0, MAX_VIOLATIONS);
    this.omittedViolations = omittedViolations + Math.max(0, violations.length - MAX_VIOLATIONS);
    this.retryAfterMs = details.retryAfterMs;
  }

  /** gRPC status code. */
  get grpc(): number {
    return ERRORS[this.code].grpc;
  }

  /** HTTP status at the edge. */
  get http(): number {
    return ERRORS[this.code].http;
  }

  get title(): string {
    return ERRORS[this.code].title;
  }
}

/** Makes an error of the catalogue, to be thrown. The types ask for the metadata that the code's message names. */
export function serviceError<C extends ErrorCode>(
  code: C,
  ...[details]: Record<never, never> extends ErrorDetails<C> ? [ErrorDetails<C>?] : [ErrorDetails<C>]
): ServiceError {
  return new ServiceError(code, details);
}

function fill(template: string, metadata: Metadata): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => metadata[name] ?? 'unknown');
}
