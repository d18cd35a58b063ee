import { toHttpStatus } from '../kit/errors/http-status.ts';
import { type ErrorCatalogue, KIT_ERRORS } from '../kit/errors/kit-errors.ts';
import { defineErrors, ServiceError, serviceError } from '../kit/errors/service-error.ts';
import { PAYMENT_ERRORS } from '../proto/errors/payment.ts';
import { PRODUCT_ERRORS } from '../proto/errors/product.ts';
import { USER_ERRORS } from '../proto/errors/user.ts';

const PAGE_ERRORS = {
  'cross-site-request': {
    grpc: 'PERMISSION_DENIED',
    http: 403,
    title: 'Request refused',
    message: 'the form was sent from another site; open the page here and send it again',
  },
} as const;

/** Creates an error of the storefront itself. */
export const pageError = defineErrors(PAGE_ERRORS);

const CATALOGUE: ErrorCatalogue = {
  ...KIT_ERRORS,
  ...PAGE_ERRORS,
  ...USER_ERRORS,
  ...PRODUCT_ERRORS,
  ...PAYMENT_ERRORS,
};

/** Codes that describe internals of the shop. Visitors see `internal` instead. */
const INTERNAL_CODES: ReadonlySet<string> = new Set(['undeclared-call', 'not-implemented', 'cancelled']);

/** Returns an error that a visitor may see. */
export function asPageError(thrown: unknown): ServiceError {
  // Express refuses a path whose percent-encoding is not UTF-8.
  if (thrown instanceof URIError) return serviceError('not-found', { metadata: { what: 'page' } });
  if (thrown instanceof ServiceError && !INTERNAL_CODES.has(thrown.code)) return thrown;
  return serviceError('internal', { cause: thrown });
}

/** Returns the HTTP status of an error: that of its catalogue, or the one of its gRPC status. */
export function pageStatus({ code, grpc }: ServiceError): number {
  return (Object.hasOwn(CATALOGUE, code) && CATALOGUE[code]?.http) || toHttpStatus(grpc);
}
