import { toHttpStatus } from '../kit/errors/http-status.ts';
import { type ErrorCatalogue, KIT_ERRORS } from '../kit/errors/kit-errors.ts';
import { defineErrors, type ServiceError } from '../kit/errors/service-error.ts';
import { PAYMENT_ERRORS } from '../proto/errors/payment.ts';
import { PRODUCT_ERRORS } from '../proto/errors/product.ts';
import { USER_ERRORS } from '../proto/errors/user.ts';

const GATEWAY_ERRORS = {
  'idempotency-key-missing': {
    grpc: 'INVALID_ARGUMENT',
    http: 400,
    title: 'Idempotency key missing',
    message: 'the idempotency key is missing; send the header Idempotency-Key with a unique value',
  },
} as const;

export const gatewayError = defineErrors(GATEWAY_ERRORS);

/** Documented errors of the HTTP API. A code that is not listed here still reaches the client. */
export const EDGE_ERRORS = {
  ...KIT_ERRORS,
  ...GATEWAY_ERRORS,
  ...USER_ERRORS,
  ...PRODUCT_ERRORS,
  ...PAYMENT_ERRORS,
} as const satisfies ErrorCatalogue;

export type EdgeErrorCode = keyof typeof EDGE_ERRORS;

/** Returns the HTTP status of `error`: that of its catalogue entry, or the one of its gRPC status. */
export function httpStatusOf({ code, grpc }: Pick<ServiceError, 'code' | 'grpc'>): number {
  return isEdgeErrorCode(code) ? EDGE_ERRORS[code].http : toHttpStatus(grpc);
}

/** Returns the title of `error`: that of its catalogue entry, or one made of its code. */
export function titleOf({ code }: Pick<ServiceError, 'code'>): string {
  if (isEdgeErrorCode(code)) return EDGE_ERRORS[code].title;
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isEdgeErrorCode(code: string): code is EdgeErrorCode {
  return Object.hasOwn(EDGE_ERRORS, code);
}
